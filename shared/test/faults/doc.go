// Package faults hurts a running Gatehouse, and then holds what its tables say against what its clients were told. It holds
// tests only: `go test` runs a quick form, `make faults` the long one.
//
// There are three tests. The first puts a proxy in front of DynamoDB Local and does every fault to every request of a login in
// turn, to its first try only and to all of them, while all products are logged in to at the same time. The second does
// faults at random, single ones and short outages, while many clients log in to accounts of their own and to shared ones. The
// third kills `serve` on its SQLite file, again and again, with SIGKILL, amid logins.
//
// Every client writes down what it did ([history]): a right password or a wrong one, when it was sent, when it was answered and
// how. An answer that never came, or a 5xx, says nothing of what was done: it may have been anything, but nothing after it was
// written down, since [dynamolocal.Proxy.Settle], or the death of the process, comes before. Then must hold, for each account:
//
//   - Nobody is logged in with a wrong password, and the right one is never called wrong. A user is never unknown.
//   - What was refused is counted: after the last login that may have reset the count, the table holds at least as many
//     failures as were answered as refused, up to the limit. At least, because a write that is tried again may count twice.
//   - It holds no more than were tried, three times each where the SDK tries again, and never more than the limit.
//   - The limit holds: after so many refusals in a row nobody is logged in.
//   - A lock is neither lost nor made up: once an account was told to be locked nobody is logged in, and the table says that
//     it is locked; and it was locked by failures.
//   - A success has its session: the digest of every token that was handed out is stored, for this user.
//   - A session has its success: beyond those, there are at most as many as right logins whose answer was a fault or lost.
//   - What is not an answer of the product's own is none: a fault is answered with the product's documented 5xx.
//   - Nothing is answered after 3 s, from the moment that the function has the event. Only the long form judges this,
//     since it has the machine to itself.
//
// An account that one client has to itself makes these exact, for its logins come one after the other. Where clients share
// one, a login that overlaps another may have come before or after it, and the bounds are the wider ones.
//
// One fault that hits one try is healed by the SDK, so nobody notices it. Two are not, by design: a request that hangs takes
// all the time that a login has for its store; and an SDK's client that has met some fifty failures in a row tries nothing
// again until it has seen successes (its retry quota), so a new gateway begins with each request that is hurt.
package faults
