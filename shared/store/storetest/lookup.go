package storetest

import (
	"strings"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
)

var findingRows = []row{
	{"who does not exist is not found", func(s *stage) {
		s.add(1)
		s.add(2, func(u *directory.User) { u.Username = "" })
		s.add(3, func(u *directory.User) { u.Email = "" })
		_, err := s.store.User(s.Context(), s.realm, 4)
		s.wants("User", err, directory.ErrNotFound)
		_, err = s.store.User(s.Context(), s.realm+"-other", 1)
		s.wants("User of another realm", err, directory.ErrNotFound)
		elsewhere := directory.Username("user-1")
		_, err = s.store.FindUser(s.Context(), s.realm+"-other", elsewhere)
		s.wants("FindUser in another realm", err, directory.ErrNotFound)
		s.resolves(s.realm+"-other", []directory.Identifier{elsewhere}, directory.Decoy(s.realm+"-other", elsewhere))
		for _, by := range []directory.Identifier{
			directory.Username(""), directory.EmailAddress(""), directory.Username("USER-1"), directory.Username("user-1 "),
			directory.Username("user-"), directory.Username("user-%"), directory.Username("user-1\x00"), directory.Username("\xff"),
			directory.Username("user-1@example.com"), directory.EmailAddress("user-1"), directory.Username("1"),
			directory.Username("' OR 1=1 --"), directory.Username(strings.Repeat("x", 100_000)),
		} {
			s.wantsNobody(by)
		}
	}},
}

// resolves ends the row unless the identifiers resolve to these accounts.
func (s *stage) resolves(realm string, identifiers []directory.Identifier, want ...directory.Account) {
	s.Helper()
	got, err := s.store.Resolve(s.Context(), realm, identifiers)
	s.must("Resolve", err)
	s.same("Resolve", got, want)
}

var resolvingRows = []row{
	{"accounts come in the order of the identifiers", func(s *stage) {
		s.add(1)
		s.add(2)
		nobody := directory.Username("nobody")
		one, two := directory.Username("user-1"), directory.EmailAddress("USER-2@example.com")
		decoy := directory.Decoy(s.realm, nobody)
		s.resolves(s.realm, []directory.Identifier{two, one}, s.account(2), s.account(1))
		s.resolves(s.realm, []directory.Identifier{two, nobody, one}, s.account(2), decoy, s.account(1))
	}},
	{"the same identifier twice is the same account twice", func(s *stage) {
		s.add(1)
		one, nobody := directory.Username("user-1"), directory.Username("nobody")
		decoy := directory.Decoy(s.realm, nobody)
		s.resolves(s.realm, []directory.Identifier{one, nobody, one, nobody}, s.account(1), decoy, s.account(1), decoy)
		s.resolves(s.realm, []directory.Identifier{one, directory.EmailAddress("user-1@example.com")}, s.account(1), s.account(1))
	}},
}

// loads ends the row unless the account has this user and this record.
func (s *stage) loads(account directory.Account, user directory.User, record attempts.Record) {
	s.Helper()
	gotUser, gotRecord, err := s.store.Load(s.Context(), account)
	s.must("Load", err)
	s.same("Load's user", gotUser, user)
	s.same("Load's record", gotRecord, record)
}

var loadingRows = []row{
	{"an account that was never tried has the zero record", func(s *stage) {
		user := s.add(1, func(u *directory.User) { u.Profile = fullProfile() })
		s.loads(s.account(1), user, attempts.Record{})
		s.loads(s.account(1).Scoped(7), user, attempts.Record{})
	}},
	{"a decoy has the zero user", func(s *stage) {
		s.add(1)
		decoy := directory.Decoy(s.realm, directory.Username("user-1"))
		s.loads(decoy, directory.User{}, attempts.Record{})
		s.loads(decoy.Scoped(7), directory.User{}, attempts.Record{})
		s.refuse(decoy, usual, start, counted)
		s.loads(decoy, directory.User{}, attempts.Record{Fails: 1, Run: 1, Last: start})
		s.loads(decoy.Scoped(7), directory.User{}, attempts.Record{})
	}},
	{"an account whose user does not exist has the zero user", func(s *stage) {
		s.add(1)
		s.loads(s.account(11), directory.User{}, attempts.Record{})
		s.loads(directory.AccountOf(s.realm+"-other", 1), directory.User{}, attempts.Record{})
		s.refuse(s.account(11), usual, start, counted)
		s.loads(s.account(11), directory.User{}, attempts.Record{Fails: 1, Run: 1, Last: start})
	}},
	{"realms whose names look alike do not share records", func(s *stage) {
		app := s.application()
		other := s.realm + "#5#app"
		s.refuse(s.account(5).Scoped(app.ID), usual, start, counted)
		s.loads(directory.AccountOf(other, app.ID), directory.User{}, attempts.Record{})
	}},
}
