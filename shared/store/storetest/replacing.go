package storetest

import (
	"time"

	"gatehouse/shared/directory"
)

var replacingRows = []row{
	{"every field is replaced", func(s *stage) {
		before := s.add(1)
		after := s.replace(before, func(u *directory.User) {
			u.Username, u.Email, u.Name, u.PasswordHash = "new", "new@example.com", "New", "$2b$04$new"
			u.Active, u.Confirmed, u.Profile = false, false, fullProfile()
		})
		s.wantsUser(after)
		after = s.replace(after, func(u *directory.User) {
			*u = directory.User{Realm: u.Realm, ID: u.ID, Username: "bare", CreatedAt: u.CreatedAt}
		})
		s.wantsUser(after)
		s.wantsNobody(directory.EmailAddress("new@example.com"))
	}},
	{"realm, id and time of creation cannot change, and the version is the next one", func(s *stage) {
		before := s.add(1)
		after := before
		after.Realm, after.ID, after.CreatedAt, after.Version = s.realm+"-other", 2, start.Add(time.Hour), 77
		after.Name = "New"
		s.must("ReplaceUser", s.store.ReplaceUser(s.Context(), before, after))
		want := before
		want.Name, want.Version = "New", before.Version+1
		s.wantsUser(want)
		_, err := s.store.User(s.Context(), s.realm+"-other", 2)
		s.wants("User of the other realm", err, directory.ErrNotFound)
	}},
	{"one identifier can change alone", func(s *stage) {
		user := s.add(1)
		for _, change := range []func(u *directory.User){
			func(u *directory.User) { u.Username = "other" },
			func(u *directory.User) { u.Email = "other@example.com" },
			func(u *directory.User) { u.Username = "Other" },
			func(u *directory.User) { u.Email = "" },
			func(u *directory.User) { u.Username, u.Email = "", "again@example.com" },
			func(u *directory.User) { u.Username = "again@example.com" },
		} {
			before := user
			user = s.replace(before, change)
			s.wantsUser(user)
			if user.Username != before.Username && before.Username != "" {
				s.wantsNobody(directory.Username(before.Username))
			}
			if user.Email != before.Email && before.Email != "" {
				s.wantsNobody(directory.EmailAddress(before.Email))
			}
		}
	}},
	{"a name that is taken is told by its kind, and nothing is replaced", func(s *stage) {
		other, before := s.add(1), s.add(2)
		for kind, change := range map[string]func(u *directory.User){
			"username": func(u *directory.User) { u.Username, u.Email = other.Username, "free@example.com" },
			"email":    func(u *directory.User) { u.Username, u.Email = "free", other.Email },
		} {
			after := before
			after.Name, after.Active = "New", false
			change(&after)
			value := map[string]string{"username": other.Username, "email": other.Email}[kind]
			s.wantsTaken("ReplaceUser", s.store.ReplaceUser(s.Context(), before, after), kind, value)
			s.wantsUser(before)
			s.wantsUser(other)
			s.wantsNobody(directory.Username("free"))
			s.wantsNobody(directory.EmailAddress("free@example.com"))
		}
		after := before
		after.Username, after.Email = other.Username, other.Email
		s.wantsTaken("ReplaceUser", s.store.ReplaceUser(s.Context(), before, after), "username", other.Username)
	}},
	{"what was changed meanwhile is not replaced", func(s *stage) {
		other, stale := s.add(1), s.add(2)
		stored := s.replace(stale, func(u *directory.User) { u.Name = "Meanwhile" })
		after := stale
		after.Username, after.Email = "free", "free@example.com"
		s.wants("ReplaceUser", s.store.ReplaceUser(s.Context(), stale, after), directory.ErrChanged)
		s.wantsUser(stored)
		s.wantsNobody(directory.Username("free"))
		s.wantsNobody(directory.EmailAddress("free@example.com"))
		after.Username = other.Username
		s.wants("ReplaceUser with a taken name", s.store.ReplaceUser(s.Context(), stale, after), directory.ErrChanged)
	}},
	{"who is gone is not replaced", func(s *stage) {
		gone := s.add(1)
		s.must("RemoveUser", s.store.RemoveUser(s.Context(), gone))
		after := gone
		after.Name, after.Username = "New", "new"
		s.wants("ReplaceUser", s.store.ReplaceUser(s.Context(), gone, after), directory.ErrNotFound)
		s.wantsNobody(directory.Username("new"))
		s.wantsNobody(directory.Username(gone.Username))
	}},
	{"of many that replace the same version at once, one does", func(s *stage) {
		before := s.add(1)
		change := func(i int) directory.User {
			after := before
			after.Email = s.user(int64(i + 100)).Email
			return after
		}
		won := change(s.one("ReplaceUser", 20, directory.ErrChanged, func(i int) error {
			return s.store.ReplaceUser(s.Context(), before, change(i))
		}))
		won.Version++
		s.wantsUser(won)
		for i := range 20 {
			if by := directory.EmailAddress(change(i).Email); by.Value != won.Email {
				s.wantsNobody(by)
			}
		}
	}},
}
