package storetest

import (
	"errors"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
)

// Results of Refuse.
const (
	counted = false
	locked  = true
)

// account returns the account of a user in the stage's realm.
func (s *stage) account(id int64) directory.Account { return directory.AccountOf(s.realm, id) }

// refuse plays a wrong password, and ends the row unless it is counted, or found locked, as wanted.
func (s *stage) refuse(account directory.Account, policy attempts.Policy, now time.Time, want bool) {
	s.Helper()
	got, err := s.store.Refuse(s.Context(), account, policy, now)
	s.must("Refuse", err)
	if got != want {
		s.Fatalf("Refuse returned locked = %t, want %t", got, want)
	}
}

// accept plays the right password, ends the row unless it is accepted, and returns the record before.
func (s *stage) accept(account directory.Account, policy attempts.Policy, now time.Time, epoch int64) attempts.Record {
	s.Helper()
	before, err := s.store.Accept(s.Context(), account, policy, now, epoch)
	s.must("Accept", err)
	return before
}

// wantsOvertaken plays the right password, and ends the row unless it is refused with this sentinel, and not with the
// other one, and nothing is changed.
func (s *stage) wantsOvertaken(account directory.Account, policy attempts.Policy, now time.Time, epoch int64, sentinel error) {
	s.Helper()
	_, record, err := s.store.Load(s.Context(), account)
	s.must("Load", err)
	before, err := s.store.Accept(s.Context(), account, policy, now, epoch)
	s.wants("Accept", err, sentinel)
	if errors.Is(err, login.ErrLocked) && errors.Is(err, login.ErrEpoch) {
		s.Fatalf("Accept returned both ErrLocked and ErrEpoch: %v", err)
	}
	s.same("Accept that failed", before, attempts.Record{})
	s.wantsRecord(account, record)
}

// wantsRecord ends the row unless the account has exactly this record.
func (s *stage) wantsRecord(account directory.Account, want attempts.Record) {
	s.Helper()
	_, got, err := s.store.Load(s.Context(), account)
	s.must("Load", err)
	s.same("Load", got, want)
	for _, at := range []time.Time{got.Last, got.Seen} {
		if at.Location() != time.UTC {
			s.Fatalf("Load returned a time in the zone %v, want UTC", at.Location())
		}
	}
}

// lock runs an account up to the limit of the policy.
func (s *stage) lock(account directory.Account, policy attempts.Policy, now time.Time) {
	s.Helper()
	for range policy.Limit {
		s.refuse(account, policy, now, counted)
	}
	s.refuse(account, policy, now, locked)
}

// tried returns the accounts of the rows in this file. Known and unknown ones must behave alike.
func (s *stage) tried() []directory.Account {
	s.Helper()
	app := s.application()
	s.add(1)
	decoy := directory.Decoy(s.realm, directory.Username("nobody"))
	return []directory.Account{s.account(1), s.account(1).Scoped(app.ID), decoy, decoy.Scoped(app.ID)}
}

// onEach plays a row to all of these accounts.
func onEach(play func(s *stage, account directory.Account)) func(*stage) {
	return func(s *stage) {
		for _, account := range s.tried() {
			play(s, account)
		}
	}
}

var attemptRows = []row{
	{"at most the limit of failures in the window, then even the right password is refused until it ends",
		onEach(func(s *stage, account directory.Account) {
			s.lock(account, usual, start)
			s.wantsOvertaken(account, usual, start, 0, login.ErrLocked)
			s.wantsOvertaken(account, usual, start.Add(usual.Lockout-time.Millisecond), 0, login.ErrLocked)
			before := s.accept(account, usual, start.Add(usual.Lockout), 0)
			s.same("Accept", before, attempts.Record{Fails: 10, Run: 10, Last: start})
			s.wantsRecord(account, attempts.Record{Seen: start.Add(usual.Lockout)})
		})},
	{"at most the cap of consecutive failures, then disabled until unlocked",
		onEach(func(s *stage, account directory.Account) {
			now, policy := start, attempts.Policy{Limit: usual.Limit, Lockout: usual.Lockout, Cap: 2 * usual.Limit}
			for range policy.Cap {
				now = now.Add(policy.Lockout)
				s.must("Clear", s.store.Clear(s.Context(), account, policy, now))
				s.refuse(account, policy, now, counted)
			}
			s.wantsRecord(account, attempts.Record{Fails: 1, Run: policy.Cap, Last: now})
			for range 3 {
				now = now.Add(time.Hour)
				s.must("Clear", s.store.Clear(s.Context(), account, policy, now))
				s.refuse(account, policy, now, locked)
				s.wantsOvertaken(account, policy, now, 0, login.ErrLocked)
			}
			id, known := account.UserID()
			if !known {
				return // nobody can unlock who does not exist
			}
			s.must("Unlock", s.store.Unlock(s.Context(), s.realm, id))
			s.accept(account, policy, now, 0)
		})},
	{"attempts on a locked account change nothing",
		onEach(func(s *stage, account directory.Account) {
			s.lock(account, usual, start)
			full := attempts.Record{Fails: 10, Run: 10, Last: start}
			for minute := range 30 {
				s.refuse(account, usual, start.Add(time.Duration(minute)*time.Minute), locked)
			}
			s.wantsRecord(account, full)
			// The lock ends when it would have ended without them, and a failure in the ended window is still refused.
			end := start.Add(usual.Lockout)
			s.refuse(account, usual, end, locked)
			s.must("Clear", s.store.Clear(s.Context(), account, usual, end.Add(-time.Millisecond)))
			s.wantsRecord(account, full)
			s.must("Clear", s.store.Clear(s.Context(), account, usual, end))
			s.wantsRecord(account, attempts.Record{Run: 10})
			s.refuse(account, usual, end, counted)
			s.wantsRecord(account, attempts.Record{Fails: 1, Run: 11, Last: end})
		})},
	{"days later, what was counted on a decoy locks nothing", func(s *stage) {
		decoy := directory.Decoy(s.realm, directory.Username("nobody"))
		s.lock(decoy, usual, start)
		later := start.Add(usual.Lockout + 25*time.Hour)
		s.must("Clear", s.store.Clear(s.Context(), decoy, usual, later))
		s.refuse(decoy, usual, later, counted)
	}},
	{"a decoy stays locked as long as a user, however long that is", func(s *stage) {
		long := attempts.Policy{Limit: 3, Lockout: 72 * time.Hour, Cap: 100}
		decoy := directory.Decoy(s.realm, directory.Username("nobody"))
		s.lock(decoy, long, start)
		s.refuse(decoy, long, start.Add(long.Lockout-time.Millisecond), locked)
	}},
}
