/* A booking takes the best offer of the moment: the ride, the hold on its fare and the vehicle's
 * plan are one batch of facts. Asked again with the same key it answers with the same ride. */
#include "core/step_book.h"

#include "base/check.h"
#include "core/charge.h"
#include "core/emit.h"
#include "core/explain.h"
#include "core/improve.h"
#include "core/live.h"
#include "core/offer.h"

void step_book_quote(struct core *core, const struct event *event)
{
    const struct event_quote *quote = &event->quote;
    struct offer offer;
    struct alternative alternative;
    const enum refusal reason =
        offer_make(core, quote->rider, &quote->trip, INT64_MAX, &offer, &alternative);
    if (reason != REFUSAL_NONE) {
        emit_refused(core, event->request, reason, &alternative, &offer.why);
        return;
    }
    emit_message(core, MESSAGE_QUOTE, event->request)->quote = (struct message_quote){
        .fare_pence = tariff_fare_pence(&offer.fare.lines),
        .quote_pence = offer.quote_pence,
        .cap_saved_pence = fare_due_pence(&offer.fare) - offer.quote_pence,
        .fare = offer.fare,
        .cap = offer.cap,
        .pickup_ms = offer.pickup_ms,
        .dropoff_ms = offer.best.dropoff_arrive_ms,
        .direct_ms = offer.direct_ms,
        .direct_m = offer.direct_m,
        .from = road_place_point(core->network->graph, offer.request.pickup.place),
        .to = road_place_point(core->network->graph, offer.request.dropoff.place),
        .walk_from_m = offer.walk_from_m,
        .walk_to_m = offer.walk_to_m,
        .be_there_by_ms = offer.pickup_ms,
    };
}

static void refuse(struct core *core, const struct event *event, enum refusal reason,
                   const struct alternative *alternative, const struct reason_refused *why)
{
    struct fact fact = {.kind = FACT_RIDE_REFUSED};
    fact.refused = (struct fact_refused){
        .rider = event->book.rider,
        .key = event->book.key,
        .trip = event->book.trip,
        .reason = reason,
        .why = *why,
    };
    emit_fact(core, &fact);
    emit_refused(core, event->request, reason, alternative, why);
}

static struct ride_id record(struct core *core, const struct event_book *book,
                             const struct offer *offer)
{
    const struct ride_id ride = {state_counters(core->state)->next_ride};
    struct fact fact = {.kind = FACT_RIDE_BOOKED};
    fact.booked = (struct fact_booked){
        .ride = ride,
        .rider = book->rider,
        .key = book->key,
        .trip = book->trip,
        .from = offer->request.pickup.place,
        .to = offer->request.dropoff.place,
        .walk_from_m = offer->walk_from_m,
        .walk_to_m = offer->walk_to_m,
        .earliest_ms = offer->request.pickup.earliest_ms,
        .pickup_latest_ms = offer->request.pickup.latest_ms,
        .dropoff_latest_ms = offer->request.dropoff.latest_ms,
        .ride_max_ms = offer->request.dropoff.ride_max_ms,
        .promised_ms = offer->pickup_ms,
        .direct_ms = offer->direct_ms,
        .direct_m = offer->direct_m,
        .policy = state_policies_last(core->state)->policy.number,
        .fare = offer->fare,
        .fare_pence = tariff_fare_pence(&offer->fare.lines),
        .quote_pence = offer->quote_pence,
    };
    explain_choice(core, &offer->request, &offer->best, &fact.booked);
    emit_fact(core, &fact);
    return ride;
}

void step_book(struct core *core, const struct event *event)
{
    const struct event_book *book = &event->book;
    const struct ride *known = state_ride_by_key(core->state, book->rider, book->key);
    if (known != NULL) {
        emit_ride(core, event->request, known->id);
        return;
    }
    struct offer offer;
    struct alternative alternative;
    const enum refusal reason =
        offer_make(core, book->rider, &book->trip,
                   book->has_agreed ? book->agreed_pence : INT64_MAX, &offer, &alternative);
    if ((reason == REFUSAL_NONE || reason == REFUSAL_NO_VEHICLE_IN_TIME) &&
        offer.request.pickup.earliest_ms <= core->now_ms + REBALANCE_WINDOW_MS) {
        rebalance_saw(core, offer.request.pickup.place);
    }
    if (reason != REFUSAL_NONE) {
        refuse(core, event, reason, &alternative, &offer.why);
        return;
    }
    const struct ride_id ride = record(core, book, &offer);
    charge_hold(core, ride);
    offer.request.pickup.ride = ride;
    offer.request.dropoff.ride = ride;
    if (offer.ejects) {
        eject_apply(core, &offer.eject, &offer.request);
    } else {
        live_insert(core, &offer.best, &offer.request);
        emit_plan_fact(core, offer.best.vehicle);
    }
    core_phase_done(&core->config, CORE_PHASE_RECORD);
    emit_ride(core, event->request, ride);
    if (offer.ejects) {
        eject_tell(core, &offer.eject);
    } else {
        emit_plan_change(core, offer.best.vehicle);
    }
    improve_earn(core);
    core_phase_done(&core->config, CORE_PHASE_TELL);
}
