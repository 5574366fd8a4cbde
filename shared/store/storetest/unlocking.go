package storetest

import (
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
)

// counts returns the records of a user by scope. The realm's must come first, also for an account that was never tried. Scopes
// without attempts are left out, because a store may list them or not.
func (s *stage) counts(realm string, id int64) map[string]attempts.Record {
	s.Helper()
	list, err := s.store.Counts(s.Context(), realm, id)
	s.must("Counts", err)
	if len(list) == 0 || list[0].Scope != "" {
		s.Fatalf("Counts returned %+v, want the realm's own record first", list)
	}
	records := map[string]attempts.Record{"": list[0].Record}
	for _, count := range list[1:] {
		if _, twice := records[count.Scope]; twice {
			s.Fatalf("Counts returned the scope %q twice", count.Scope)
		}
		if count.Record != (attempts.Record{}) {
			records[count.Scope] = count.Record
		}
	}
	return records
}

// others returns accounts whose keys look like those of user 1.
func (s *stage) others() []directory.Account {
	return []directory.Account{
		s.account(11), s.account(11).Scoped(7), directory.AccountOf(s.realm+"-other", 1), directory.Decoy(s.realm, directory.Username("1")),
		directory.Decoy(s.realm, directory.Username("user-1")),
	}
}

var unlockingRows = []row{
	{"counts give the record of every scope, the realm's first", func(s *stage) {
		one, two, untried := s.application(), s.application(), s.application()
		s.add(1)
		s.same("Counts", s.counts(s.realm, 1), map[string]attempts.Record{"": {}})
		first, second, third := s.account(1).Scoped(one.ID), s.account(1).Scoped(two.ID), s.account(1).Scoped(untried.ID)
		s.refuse(first, usual, start, counted)
		want := map[string]attempts.Record{"": {}, first.Scope: {Fails: 1, Run: 1, Last: start}}
		s.same("Counts", s.counts(s.realm, 1), want)
		s.accept(second, usual, start.Add(time.Second), 0)
		s.refuse(s.account(1), usual, start, counted)
		s.refuse(s.account(1), usual, start.Add(time.Minute), counted)
		want[second.Scope] = attempts.Record{Seen: start.Add(time.Second)}
		want[""] = attempts.Record{Fails: 2, Run: 2, Last: start.Add(time.Minute)}
		s.same("Counts", s.counts(s.realm, 1), want)
		s.wantsRecord(third, attempts.Record{})
	}},
	{"counts are those of one user", func(s *stage) {
		s.add(1)
		for _, other := range s.others() {
			s.refuse(other, usual, start, counted)
		}
		s.same("Counts", s.counts(s.realm, 1), map[string]attempts.Record{"": {}})
	}},
	{"failures list the records of a realm's users that hold some, in every scope", func(s *stage) {
		app := s.application()
		s.add(1)
		s.add(2)
		s.add(3)
		want := map[directory.Account]attempts.Record{}
		for account, failures := range map[directory.Account]int{s.account(1): 2, s.account(1).Scoped(app.ID): 1, s.account(2): 3} {
			for i := range failures {
				s.refuse(account, usual, start.Add(time.Duration(i)*time.Second), counted)
			}
			want[account] = attempts.Record{Fails: failures, Run: failures, Last: start.Add(time.Duration(failures-1) * time.Second)}
		}
		s.accept(s.account(3), usual, start, 0)
		s.refuse(directory.Decoy(s.realm, directory.Username("nobody")), usual, start, counted)
		s.refuse(directory.AccountOf(s.realm+"-other", 1), usual, start, counted)
		got := map[directory.Account]attempts.Record{}
		for count, err := range s.store.Failures(s.Context(), s.realm) {
			s.must("Failures", err)
			account := s.account(count.UserID)
			account.Scope = count.Scope
			got[account] = count.Record
		}
		s.same("Failures", got, want)
	}},
	{"unlocking forgets the failures in every scope, and nothing else", func(s *stage) {
		app := s.application()
		user := s.add(1)
		s.replace(user, password("$2b$04$second"))
		accounts := []directory.Account{s.account(1), s.account(1).Scoped(app.ID)}
		for _, account := range accounts {
			s.accept(account, usual, start, s.epoch(account))
			s.lock(account, usual, start)
		}
		s.must("Unlock", s.store.Unlock(s.Context(), s.realm, 1))
		for _, account := range accounts {
			s.wantsRecord(account, attempts.Record{Seen: start, Epoch: s.epoch(s.account(1))})
			s.accept(account, usual, start, s.epoch(account))
		}
	}},
	{"unlocking one user leaves others locked", func(s *stage) {
		s.add(1)
		others := s.others()
		for _, other := range others {
			s.lock(other, usual, start)
		}
		s.must("Unlock", s.store.Unlock(s.Context(), s.realm, 1))
		for _, other := range others {
			s.wantsOvertaken(other, usual, start, 0, login.ErrLocked)
		}
	}},
}
