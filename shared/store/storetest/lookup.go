package storetest

import (
	"strings"
	"time"

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
		_, err = s.store.FindUser(s.Context(), s.realm+"-other", directory.Username("user-1"))
		s.wants("FindUser in another realm", err, directory.ErrNotFound)
		for _, by := range []directory.Identifier{
			directory.Username(""), directory.EmailAddress(""), directory.Username("USER-1"), directory.Username("user-1 "),
			directory.Username("user-"), directory.Username("user-%"), directory.Username("user-1\x00"),
			directory.Username("user-1@example.com"), directory.EmailAddress("user-1"), directory.Username("1"),
		} {
			s.wantsNobody(by)
		}
	}},
	{"an e-mail address is found in any letter case", func(s *stage) {
		want := s.add(1)
		got, err := s.store.FindUser(s.Context(), s.realm, directory.EmailAddress("USER-1@Example.COM"))
		s.must("FindUser", err)
		s.same("FindUser", got, want)
	}},
}

// resolves ends the row unless the identifiers resolve to these accounts.
func (s *stage) resolves(realm string, identifiers []directory.Identifier, want ...directory.Account) {
	s.Helper()
	got, err := s.store.Resolve(s.Context(), realm, identifiers)
	s.must("Resolve", err)
	s.same("Resolve", got, want)
}

// unknown returns the decoy of each identifier.
func unknown(realm string, identifiers []directory.Identifier) []directory.Account {
	var decoys []directory.Account
	for _, by := range identifiers {
		decoys = append(decoys, directory.Decoy(realm, by))
	}
	return decoys
}

var resolvingRows = []row{
	{"accounts come in the order of the identifiers", func(s *stage) {
		s.add(1)
		s.add(2)
		nobody := directory.Username("nobody")
		one, two := directory.Username("user-1"), directory.EmailAddress("USER-2@example.com")
		decoy := directory.Decoy(s.realm, nobody)
		s.resolves(s.realm, []directory.Identifier{one}, s.account(1))
		s.resolves(s.realm, []directory.Identifier{two}, s.account(2))
		s.resolves(s.realm, []directory.Identifier{nobody}, decoy)
		s.resolves(s.realm, []directory.Identifier{one, two}, s.account(1), s.account(2))
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
	{"an identifier that names nobody is a decoy", func(s *stage) {
		s.add(1)
		s.add(2, func(u *directory.User) { u.Username = "" })
		s.add(3, func(u *directory.User) { u.Email = "" })
		strangers := []directory.Identifier{
			directory.Username(""), directory.EmailAddress(""), directory.Username("USER-1"), directory.Username("user-1 "),
			directory.Username("user-%"), directory.Username("user-1\x00"), directory.Username("\x00"), directory.Username("\xff"),
			directory.Username("user-1@example.com"), directory.EmailAddress("user-1"), directory.Username("1"),
			directory.Username("' OR 1=1 --"), directory.Username(strings.Repeat("x", 100_000)),
		}
		s.resolves(s.realm, strangers, unknown(s.realm, strangers)...)
		elsewhere := []directory.Identifier{directory.Username("user-1"), directory.EmailAddress("user-1@example.com")}
		s.resolves(s.realm+"-other", elsewhere, unknown(s.realm+"-other", elsewhere)...)
	}},
	{"a text can name one user by username and another by e-mail address", func(s *stage) {
		s.add(1, func(u *directory.User) { u.Username = "x@example.com" })
		s.add(2, func(u *directory.User) { u.Email = "x@example.com" })
		both := []directory.Identifier{directory.Username("x@example.com"), directory.EmailAddress("x@example.com")}
		s.resolves(s.realm, both, s.account(1), s.account(2))
	}},
	{"every write that was answered is seen", func(s *stage) {
		both := func(name string) []directory.Identifier {
			return []directory.Identifier{directory.Username(name), directory.EmailAddress(name + "@example.com")}
		}
		user := s.add(1)
		s.resolves(s.realm, both("user-1"), s.account(1), s.account(1))
		user = s.replace(user, func(u *directory.User) { u.Username, u.Email = "new", "new@example.com" })
		s.resolves(s.realm, both("user-1"), unknown(s.realm, both("user-1"))...)
		s.resolves(s.realm, both("new"), s.account(1), s.account(1))
		s.must("RemoveUser", s.store.RemoveUser(s.Context(), user))
		s.resolves(s.realm, both("new"), unknown(s.realm, both("new"))...)
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
	{"every write that was answered is seen", func(s *stage) {
		user := s.add(1)
		for i := range 20 {
			s.refuse(s.account(1), attempts.Policy{Lockout: time.Hour}, start, counted)
			user = s.replace(user, func(u *directory.User) { u.Confirmed = !u.Confirmed })
			s.loads(s.account(1), user, attempts.Record{Fails: i + 1, Run: i + 1, Last: start})
		}
	}},
	{"realms whose names look alike do not share records", func(s *stage) {
		app := s.application()
		other := s.realm + "#5#app"
		s.refuse(s.account(5).Scoped(app.ID), usual, start, counted)
		s.loads(directory.AccountOf(other, app.ID), directory.User{}, attempts.Record{})
	}},
}
