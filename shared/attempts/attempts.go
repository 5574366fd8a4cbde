// Package attempts holds the rules by which failed logins are counted and accounts are locked.
//
// It is pure: a [Record] of what happened, a [Policy], and the moment the request arrived go in; a decision and the next
// record come out. It does no I/O and asks no clock. The stores carry the same rules out as one conditional write
// each, and the contract suite in shared/store/storetest compares them with this package row by row.
//
// A lock is never stored, it is derived: an account is locked while it has reached the limit of failures and the window
// that began with the last of them has not ended, or once it has run up the cap of consecutive failures. Because
// nothing but the failures themselves is stored, a failure and a success are one write with one expression each,
// whatever the record holds. That is what makes a burst of parallel guesses worth no more than the same number of guesses
// in a row: a second kind of write for wrong guesses would let the right one overtake them before the lock falls.
//
// Attempts on a locked account change nothing. They neither prolong the lock nor run up the cap.
package attempts

import "time"

// Record is what is known of the password attempts on one account. The zero Record is that of an account never tried.
// Times have the precision of a millisecond, in UTC.
type Record struct {
	Fails int       // counted failures in the current window
	Run   int       // consecutive failures since the last success or unlock
	Last  time.Time // when the last counted failure arrived; zero if none is counted
	Seen  time.Time // when the last successful login arrived; zero if never
	Epoch int64     // rises when the account is deactivated or given a new password; the same in all scopes
}

// Policy is the set of limits that an account is held to. A rule whose number is 0 is switched off; counting goes on.
type Policy struct {
	Limit   int           // failures within the window that lock the account (PCI DSS 8.3.4: at most 10)
	Lockout time.Duration // length of the window and of the lock (PCI DSS 8.3.4: at least 30 minutes)
	Cap     int           // consecutive failures that disable the password until unlocked (NIST SP 800-63B-4, 3.2.2: at most 100)
}

// Verdict is what committing an attempt came to.
type Verdict int

// The verdicts. Locked goes before Stale when both hold.
const (
	Committed Verdict = iota // the record was changed
	Locked                   // the account is locked at this very moment; nothing was changed
	Stale                    // the account's epoch is above the one that was loaded; nothing was changed
)

// Cut is the moment before which failures no longer count: those that arrived at it or earlier lie in an ended window.
func (p Policy) Cut(now time.Time) time.Time { return now.Add(-p.Lockout) }

// Ended says whether the record holds failures of a window that has ended, which are to be cleared.
func (p Policy) Ended(r Record, now time.Time) bool {
	return !r.Last.IsZero() && !r.Last.After(p.Cut(now))
}

// Locked says whether the account refuses every password at this moment.
func (p Policy) Locked(r Record, now time.Time) bool {
	byLimit := p.Limit > 0 && r.Fails >= p.Limit && r.Last.After(p.Cut(now))
	return byLimit || p.Disabled(r)
}

// Disabled says whether the cap of consecutive failures is reached: only an operator can unlock the account.
func (p Policy) Disabled(r Record) bool { return p.Cap > 0 && r.Run >= p.Cap }

// Clear forgets the failures of a window that has ended, and changes nothing in any other record.
func (p Policy) Clear(r Record, now time.Time) Record {
	if p.Ended(r, now) {
		r.Fails, r.Last = 0, time.Time{}
	}
	return r
}

// Fail counts a failure. A failure in an ended window is refused as Locked: [Policy.Clear] comes first.
func (p Policy) Fail(r Record, now time.Time) (Record, Verdict) {
	open := (p.Limit == 0 || r.Fails < p.Limit) && !p.Ended(r, now) && !p.Disabled(r)
	if !open {
		return r, Locked
	}
	r.Fails, r.Run, r.Last = r.Fails+1, r.Run+1, now
	return r, Committed
}

// Succeed resets the count, unless the account is locked or its epoch has risen above the one that was loaded before the
// password was verified.
func (p Policy) Succeed(r Record, now time.Time, epoch int64) (Record, Verdict) {
	if p.Locked(r, now) {
		return r, Locked
	}
	if r.Epoch > epoch {
		return r, Stale
	}
	return Record{Seen: now, Epoch: r.Epoch}, Committed
}
