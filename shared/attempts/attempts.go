// Package attempts counts failed logins and locks accounts.
//
// A [Policy] takes the [Record] of an account and the moment of a request, and returns a decision and the next record:
//
//	record = policy.Clear(record, now)              // forget the failures of a window that has ended
//	record, verdict := policy.Fail(record, now)     // a wrong password
//	record, verdict := policy.Succeed(record, now, epoch)
//
// The package is pure: no I/O, no clock. Each store carries out the same rules as one conditional write, and the contract
// suite in shared/store/storetest compares the stores with this package.
//
// A lock is derived, never stored. An account is locked while its failures have reached the limit and the window after the
// last failure is open, or once its consecutive failures have reached the cap. Because only failures are stored, a failure
// and a success are one write with one expression each, whatever the record holds. So a burst of parallel guesses is worth
// no more than the same guesses in a row. A second kind of write for wrong guesses would let the right guess overtake them
// before the lock.
//
// Attempts on a locked account change nothing: they neither prolong the lock nor run up the cap.
package attempts

import "time"

// Record counts the password attempts on one account. An account that was never tried has the zero Record. Times are in UTC,
// to the millisecond.
type Record struct {
	Fails int       // counted failures in the current window
	Run   int       // consecutive failures since the last success or unlock
	Last  time.Time // when the last counted failure arrived; zero if none is counted
	Seen  time.Time // when the last successful login arrived; zero if never
	Epoch int64     // rises when the account is deactivated or given a new password; the same in all scopes
}

// Policy is the limits of an account. A rule whose number is 0 is switched off; counting goes on.
type Policy struct {
	Limit   int           // failures within the window that lock the account (PCI DSS 8.3.4: at most 10)
	Lockout time.Duration // length of the window and of the lock (PCI DSS 8.3.4: at least 30 minutes)
	Cap     int           // consecutive failures that disable the password until unlocked (NIST SP 800-63B-4, 3.2.2: at most 100)
}

// Verdict is the result of committing an attempt.
type Verdict int

// The verdicts. Locked is returned if both Locked and Stale hold.
const (
	Committed Verdict = iota // the record was changed
	Locked                   // the account is locked at this moment; nothing was changed
	Stale                    // the account's epoch is above the one that was loaded; nothing was changed
)

// Cut returns the end of the failures that no longer count: a failure at that moment or before it lies in an ended window.
func (p Policy) Cut(now time.Time) time.Time { return now.Add(-p.Lockout) }

// Ended reports whether the record holds failures of a window that has ended.
func (p Policy) Ended(r Record, now time.Time) bool {
	return !r.Last.IsZero() && !r.Last.After(p.Cut(now))
}

// Locked reports whether the account refuses every password at this moment.
func (p Policy) Locked(r Record, now time.Time) bool {
	byLimit := p.Limit > 0 && r.Fails >= p.Limit && r.Last.After(p.Cut(now))
	return byLimit || p.Disabled(r)
}

// Disabled reports whether the consecutive failures have reached the cap. Only an operator can unlock the account then.
func (p Policy) Disabled(r Record) bool { return p.Cap > 0 && r.Run >= p.Cap }

// Clear forgets the failures of a window that has ended. Any other record it returns unchanged.
func (p Policy) Clear(r Record, now time.Time) Record {
	if p.Ended(r, now) {
		r.Fails, r.Last = 0, time.Time{}
	}
	return r
}

// Fail counts a failure. It returns Locked for a failure in an ended window: callers call [Policy.Clear] first.
func (p Policy) Fail(r Record, now time.Time) (Record, Verdict) {
	open := (p.Limit == 0 || r.Fails < p.Limit) && !p.Ended(r, now) && !p.Disabled(r)
	if !open {
		return r, Locked
	}
	r.Fails, r.Run, r.Last = r.Fails+1, r.Run+1, now
	return r, Committed
}

// Succeed resets the count, unless the account is locked or its epoch rose after it was loaded with this one.
func (p Policy) Succeed(r Record, now time.Time, epoch int64) (Record, Verdict) {
	if p.Locked(r, now) {
		return r, Locked
	}
	if r.Epoch > epoch {
		return r, Stale
	}
	return Record{Seen: now, Epoch: r.Epoch}, Committed
}
