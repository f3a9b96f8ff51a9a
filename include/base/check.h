/* CHECK states what the programmer promised. It is on in every build: a dispatcher that goes on
 * after a broken promise charges wrong fares. Input from outside is never CHECKed, it is refused.
 *
 * check_failed() is the one place where the pure layers may touch the world: it prints one line to
 * standard error and aborts. */
#ifndef BASE_CHECK_H
#define BASE_CHECK_H

#define MUST_CHECK __attribute__((warn_unused_result))

/* Prints "CHECK failed: <condition> at <file>:<line>" and aborts. Never returns. */
__attribute__((noreturn, cold)) void check_failed(const char *condition, const char *file,
                                                  int line);

#define CHECK(condition) ((condition) ? (void)0 : check_failed(#condition, __FILE__, __LINE__))

#endif
