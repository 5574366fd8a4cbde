// Package faults hurts a running Gatehouse, and then compares its tables with what its clients were answered. It holds tests
// only: `go test` runs a quick form, `make faults` the long one.
//
// There are three tests. The first does every fault to every request of a login in turn, through a proxy in front of DynamoDB
// Local, to the first try only and to all tries. The second does faults at random, single ones and short outages, under load.
// The third kills `serve` on its SQLite file with SIGKILL, amid logins.
//
// Every client keeps a [history]: each password sent, when, and the response. A lost response or a 5xx is undecided: the login
// may have had any effect, but none after it was noted, because [dynamolocal.Proxy.Settle] or the death of the process comes
// before. These must hold for each account:
//
//   - A wrong password logs nobody in, the right one is never called wrong, and a user is never unknown.
//   - The table holds at least as many failures as were refused since the last login that may have reset the count, up to the
//     limit. It holds no more than were tried, three times each where the SDK retries, and never more than the limit.
//   - After as many refusals in a row as the limit, nobody is logged in.
//   - A lock is neither lost nor made up: after a response that the account is locked, nobody is logged in, the table has the
//     lock, and failures were its cause.
//   - The digest of every token is stored for its user. Beyond those sessions, there are at most as many as undecided logins
//     with the right password.
//   - A fault is answered with the product's documented 5xx, and within 3 s of the event. Only the long form judges the time.
//
// These are exact for an account of one client. Where clients share one, overlapping logins may have come in either order.
//
// The SDK heals a fault of one try, with two exceptions by design: a request that hangs takes the login's whole time for its
// store, and a client that has met some fifty failures in a row stops retrying until it has seen successes (its retry quota).
package faults
