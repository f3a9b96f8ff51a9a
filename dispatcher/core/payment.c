/* The words and the moves of payments. */
#include "core/payment.h"

bool payment_may_move(enum payment_state from, enum payment_state to)
{
    CHECK(from >= PAYMENT_DUE && from < PAYMENT_STATE_COUNT);
    static const unsigned moves[PAYMENT_STATE_COUNT] = {
        [PAYMENT_DUE] = 1U << PAYMENT_SUBMITTED | 1U << PAYMENT_DONE | 1U << PAYMENT_FAILED,
        [PAYMENT_SUBMITTED] = 1U << PAYMENT_DONE | 1U << PAYMENT_FAILED,
    };
    return to >= PAYMENT_DUE && to < PAYMENT_STATE_COUNT && (moves[from] >> to & 1) != 0;
}

/* The length of a text that ends within `size` bytes and is zeroed behind; or `size`. */
static size_t length_of(const char *text, size_t size)
{
    size_t length = 0;
    while (length < size && text[length] != '\0')
        length++;
    for (size_t i = length; i < size; i++) {
        if (text[i] != '\0')
            return size;
    }
    return length;
}

static bool is_word(char letter)
{
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '-' || letter == '_';
}

bool payment_reference_valid(const char *reference, size_t size)
{
    const size_t length = length_of(reference, size);
    for (size_t i = 0; i < length && length < size; i++) {
        if (!is_word(reference[i]))
            return false;
    }
    return length < size;
}

bool payment_bank_valid(const char *reference, size_t size)
{
    const size_t length = length_of(reference, size);
    if (length == 0 || length == size || reference[0] == ' ' || reference[length - 1] == ' ')
        return false;
    for (size_t i = 0; i < length; i++) {
        if (reference[i] < ' ' || reference[i] > '~')
            return false;
    }
    return true;
}

const char *payment_kind_text(enum payment_kind kind)
{
    static const char *const texts[PAYMENT_KIND_COUNT] = {
        [PAYMENT_BILL] = "bill",     [PAYMENT_COLLECT] = "collect", [PAYMENT_SET_UP] = "set_up",
        [PAYMENT_REFUND] = "refund", [PAYMENT_END] = "end",
    };
    CHECK(kind >= PAYMENT_BILL && kind < PAYMENT_KIND_COUNT);
    return texts[kind];
}

const char *payment_state_text(enum payment_state state)
{
    static const char *const texts[PAYMENT_STATE_COUNT] = {
        [PAYMENT_DUE] = "due",
        [PAYMENT_SUBMITTED] = "submitted",
        [PAYMENT_DONE] = "done",
        [PAYMENT_FAILED] = "failed",
    };
    CHECK(state >= PAYMENT_DUE && state < PAYMENT_STATE_COUNT);
    return texts[state];
}
