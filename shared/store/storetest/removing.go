package storetest

import (
	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
)

var removingRows = []row{
	{"who is removed is gone, and the identifiers are free", func(s *stage) {
		user, other := s.add(1), s.add(11)
		s.must("RemoveUser", s.store.RemoveUser(s.Context(), user))
		_, err := s.store.User(s.Context(), s.realm, 1)
		s.wants("User", err, directory.ErrNotFound)
		s.wantsNobody(directory.Username(user.Username))
		s.wantsNobody(directory.EmailAddress(user.Email))
		s.wantsUser(other)
		s.wantsUser(s.add(2, func(u *directory.User) { u.Username, u.Email = user.Username, user.Email }))
		s.wantsUser(s.add(1, func(u *directory.User) { u.Username, u.Email = "new", "new@example.com" }))
	}},
	{"who is gone cannot be removed", func(s *stage) {
		user := s.user(1)
		s.wants("RemoveUser", s.store.RemoveUser(s.Context(), user), directory.ErrNotFound)
		s.add(1)
		s.must("RemoveUser", s.store.RemoveUser(s.Context(), user))
		s.wants("RemoveUser again", s.store.RemoveUser(s.Context(), user), directory.ErrNotFound)
	}},
	{"who was changed meanwhile is not removed", func(s *stage) {
		stale := s.add(1)
		stored := s.replace(stale, func(u *directory.User) { u.Username = "new" })
		s.refuse(s.account(1), usual, start, counted)
		s.wants("RemoveUser", s.store.RemoveUser(s.Context(), stale), directory.ErrChanged)
		s.wantsUser(stored)
		s.wantsRecord(s.account(1), attempts.Record{Fails: 1, Run: 1, Last: start})
	}},
	{"the same user of another realm stays", func(s *stage) {
		here := s.add(1)
		there := here
		there.Realm = s.realm + "-other"
		s.must("AddUser", s.store.AddUser(s.Context(), there))
		s.refuse(directory.AccountOf(there.Realm, 1), usual, start, counted)
		s.must("RemoveUser", s.store.RemoveUser(s.Context(), here))
		s.wantsUser(there)
		s.wantsRecord(directory.AccountOf(there.Realm, 1), attempts.Record{Fails: 1, Run: 1, Last: start})
	}},
}

// listed returns the users of the realm by id.
func (s *stage) listed() map[int64]directory.User {
	s.Helper()
	users := map[int64]directory.User{}
	for user, err := range s.store.Users(s.Context(), s.realm) {
		s.must("Users", err)
		if _, twice := users[user.ID]; twice {
			s.Errorf("Users returned user %d twice", user.ID)
		}
		users[user.ID] = user
	}
	return users
}

var listingRows = []row{
	{"every user of the realm is listed once, and no other", func(s *stage) {
		want := map[int64]directory.User{}
		for id := range int64(30) {
			user := s.add(id*id+1, func(u *directory.User) { u.Profile = fullProfile() })
			want[user.ID] = user
		}
		stranger := s.user(1)
		stranger.Realm += "-other"
		s.must("AddUser", s.store.AddUser(s.Context(), stranger))
		s.application()
		s.same("Users", s.listed(), want)
	}},
	{"users can be written while they are listed, and a list can be left early", func(s *stage) {
		for id := range int64(5) {
			s.add(id + 1)
		}
		for range s.store.Users(s.Context(), s.realm) {
			break
		}
		for user, err := range s.store.Users(s.Context(), s.realm) {
			s.must("Users", err)
			user = s.replace(user, func(u *directory.User) { u.Name = "Seen" })
			s.refuse(directory.AccountOf(s.realm, user.ID), usual, start, counted)
			s.must("RemoveUser", s.store.RemoveUser(s.Context(), user))
		}
		s.same("Users after each was removed", s.listed(), map[int64]directory.User{})
	}},
}
