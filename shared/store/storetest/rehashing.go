package storetest

import (
	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
)

var rehashingRows = []row{
	{"an outdated hash is replaced, and nothing is revoked", func(s *stage) {
		user := s.add(1)
		s.must("Rehash", s.store.Rehash(s.Context(), s.realm, 1, user.PasswordHash, "$2b$04$upgraded"))
		user.PasswordHash, user.Version = "$2b$04$upgraded", user.Version+1
		s.wantsUser(user)
		s.wantsRecord(s.account(1), attempts.Record{})
		s.accept(s.account(1), usual, start, 0)
	}},
	{"a hash that was changed meanwhile stands", func(s *stage) {
		user := s.replace(s.add(1), password("$2b$04$second"))
		s.wants("Rehash", s.store.Rehash(s.Context(), s.realm, 1, "$2b$04$first", "$2b$04$upgraded"), directory.ErrChanged)
		s.wantsUser(user)
	}},
	{"who is gone has no hash to replace", func(s *stage) {
		s.wants("Rehash", s.store.Rehash(s.Context(), s.realm, 1, "$2b$04$first", "$2b$04$upgraded"), directory.ErrChanged)
		s.must("RemoveUser", s.store.RemoveUser(s.Context(), s.add(1)))
		s.wants("Rehash", s.store.Rehash(s.Context(), s.realm, 1, "$2b$04$first", "$2b$04$upgraded"), directory.ErrChanged)
		_, err := s.store.User(s.Context(), s.realm, 1)
		s.wants("User", err, directory.ErrNotFound)
	}},
	{"an edit that began before does not write the old hash back", func(s *stage) {
		user := s.add(1)
		s.must("Rehash", s.store.Rehash(s.Context(), s.realm, 1, user.PasswordHash, "$2b$04$upgraded"))
		after := user
		after.Name = "New"
		s.wants("ReplaceUser", s.store.ReplaceUser(s.Context(), user, after), directory.ErrChanged)
	}},
	{"of many at once one replaces it", func(s *stage) {
		user := s.add(1)
		s.one("Rehash", burst, directory.ErrChanged, func(int) error {
			return s.store.Rehash(s.Context(), s.realm, 1, user.PasswordHash, "$2b$04$upgraded")
		})
	}},
}
