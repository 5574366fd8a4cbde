package storetest

import (
	"cmp"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
)

// burst is the number of attempts that arrive at the same moment: several times any limit, and few enough that the rows
// stay cheap. The attack harness sends larger ones.
const burst = 50

// guess plays n wrong passwords in parallel and returns the number counted.
func (s *stage) guess(n int, account directory.Account, policy attempts.Policy) int {
	s.Helper()
	var hits atomic.Int64
	for _, err := range together(n, func(int) error {
		locked, err := s.store.Refuse(s.Context(), account, policy, start)
		if err == nil && !locked {
			hits.Add(1)
		}
		return err
	}) {
		s.must("Refuse", err)
	}
	return int(hits.Load())
}

var parallelRows = []row{
	{"a burst of guesses is counted up to the limit", onEach(func(s *stage, account directory.Account) {
		if got := s.guess(burst, account, usual); got != usual.Limit {
			s.Errorf("%d of %d guesses were counted, want %d", got, burst, usual.Limit)
		}
		s.wantsRecord(account, attempts.Record{Fails: 10, Run: 10, Last: start})
	})},
	{"a burst of guesses is counted up to the cap, and all of it where nothing limits it", func(s *stage) {
		for id, policy := range []attempts.Policy{{Lockout: time.Hour, Cap: 7}, {Lockout: time.Hour}} {
			want := cmp.Or(policy.Cap, burst)
			if got := s.guess(burst, s.account(int64(id)), policy); got != want {
				s.Errorf("%d of %d guesses were counted, want %d", got, burst, want)
			}
			s.wantsRecord(s.account(int64(id)), attempts.Record{Fails: want, Run: want, Last: start})
		}
	}},
	{"any number of right passwords at once are accepted", func(s *stage) {
		s.add(1)
		for _, account := range []directory.Account{s.account(1), s.account(1).Scoped(s.application().ID)} {
			s.refuse(account, usual, start, counted)
			for _, err := range together(burst, func(int) error {
				_, err := s.store.Accept(s.Context(), account, usual, start, 0)
				return err
			}) {
				s.must("Accept", err)
			}
			s.wantsRecord(account, attempts.Record{Seen: start})
		}
	}},
	{"a burst with the right password among wrong ones is worth no more than guesses in a row", func(s *stage) {
		for id := range int64(10) {
			s.add(id + 1)
			s.mixedBurst(s.account(id + 1))
		}
	}},
	{"of logins and a deactivation at once, none commits after it", func(s *stage) {
		user := s.add(1)
		after := user
		after.Active = false
		errs := together(burst, func(i int) error {
			if i == burst/2 {
				return s.store.ReplaceUser(s.Context(), user, after)
			}
			_, err := s.store.Accept(s.Context(), s.account(1), usual, start, 0)
			return err
		})
		s.must("ReplaceUser", errs[burst/2])
		for _, err := range errs {
			if err != nil && !errors.Is(err, login.ErrEpoch) {
				s.Errorf("Accept returned the error %v, want none or ErrEpoch", err)
			}
		}
		s.wantsOvertaken(s.account(1), usual, start, 0, login.ErrEpoch)
	}},
}

// mixedBurst plays one right password among wrong ones. If it is accepted, fewer failures than the limit came before it,
// and at most the limit after it. Otherwise exactly the limit was counted.
func (s *stage) mixedBurst(account directory.Account) {
	s.Helper()
	var hits atomic.Int64
	var before attempts.Record
	right := rand.IntN(burst)
	errs := together(burst, func(i int) (err error) {
		if i == right {
			before, err = s.store.Accept(s.Context(), account, usual, start, 0)
			return err
		}
		locked, err := s.store.Refuse(s.Context(), account, usual, start)
		if err == nil && !locked {
			hits.Add(1)
		}
		return err
	})
	for i, err := range errs {
		if i != right {
			s.must("Refuse", err)
		}
	}
	_, after, err := s.store.Load(s.Context(), account)
	s.must("Load", err)
	if errors.Is(errs[right], login.ErrLocked) {
		s.same("Load after a burst without success", after, attempts.Record{Fails: 10, Run: 10, Last: start})
		s.same("the number of guesses that were counted", hits.Load(), int64(usual.Limit))
		return
	}
	s.must("Accept", errs[right])
	if before.Fails >= usual.Limit || after.Fails > usual.Limit || hits.Load() != int64(before.Fails+after.Fails) {
		s.Errorf("%d guesses were counted, %d before the success and %d after it; want at most %d and %d, and their sum",
			hits.Load(), before.Fails, after.Fails, usual.Limit-1, usual.Limit)
	}
}
