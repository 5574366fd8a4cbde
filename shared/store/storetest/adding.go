package storetest

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gatehouse/shared/directory"
)

// wantsUser ends the row unless the store holds exactly this user, wherever it is read.
func (s *stage) wantsUser(want directory.User) {
	s.Helper()
	got, err := s.store.User(s.Context(), want.Realm, want.ID)
	s.must("User", err)
	s.same("User", got, want)
	if got.CreatedAt.Location() != time.UTC {
		s.Errorf("CreatedAt is in the zone %v, want UTC", got.CreatedAt.Location())
	}
	account := directory.AccountOf(want.Realm, want.ID)
	for _, by := range []directory.Identifier{directory.Username(want.Username), directory.EmailAddress(want.Email)} {
		if by.Value != "" {
			got, err := s.store.FindUser(s.Context(), want.Realm, by)
			s.must("FindUser by "+string(by.Kind), err)
			s.same("FindUser by "+string(by.Kind), got, want)
			s.resolves(want.Realm, []directory.Identifier{by}, account)
		}
	}
	got, _, err = s.store.Load(s.Context(), account)
	s.must("Load", err)
	s.same("Load", got, want)
}

// same ends the row unless both values are the same. A list without members is the same as none.
func (s *stage) same(call string, got, want any) {
	s.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		s.Fatalf("%s returned something else than wanted (-want +got):\n%s", call, diff)
	}
}

// wantsNobody ends the row unless the identifier names nobody.
func (s *stage) wantsNobody(by directory.Identifier) {
	s.Helper()
	user, err := s.store.FindUser(s.Context(), s.realm, by)
	if !errors.Is(err, directory.ErrNotFound) {
		s.Fatalf("FindUser by %s %q returned user %d and the error %v, want ErrNotFound", by.Kind, by.Value, user.ID, err)
	}
	s.resolves(s.realm, []directory.Identifier{by}, directory.Decoy(s.realm, by))
}

// fullProfile has a value in every field.
func fullProfile() directory.Profile {
	role, sent, consent := int64(1)<<60+1, true, false
	return directory.Profile{
		AccountType: "User", ImageURL: "https://example.com/i.png?a=1&b=<2>", InviteLink: "http://localhost/invite",
		RootRole: &role, EmailSent: &sent, ScimID: "01HT", SeatType: "Regular", CompanyRole: "Ünïcode \u2028 😀",
		ProductUpdatesEmailConsent: &consent, Permissions: []string{"z", "a", "z"},
	}
}

var addingRows = []row{
	{"every field is read back", func(s *stage) {
		s.wantsUser(s.add(7, func(u *directory.User) { u.Profile = fullProfile() }))
	}},
	{"fields without a value are read back without one", func(s *stage) {
		bare := directory.User{Realm: s.realm, ID: 1, Username: "only"}
		s.must("AddUser", s.store.AddUser(s.Context(), bare))
		s.wantsUser(bare)
	}},
	{"false and 0 are values, an empty list is none", func(s *stage) {
		role, sent, consent := int64(0), false, true
		s.wantsUser(s.add(1, func(u *directory.User) {
			u.Active, u.Confirmed, u.Permissions = false, false, []string{}
			u.RootRole, u.EmailSent, u.ProductUpdatesEmailConsent = &role, &sent, &consent
		}))
	}},
	{"the largest user that is valid is kept, whatever its texts hold", func(s *stage) {
		for i, character := range []string{"x", "\x01"} {
			user := s.user(int64(i + 1))
			user.PasswordHash = strings.Repeat("x", 4096)
			for user.Validate() == nil {
				user.Permissions = append(user.Permissions, strings.Repeat(character, 4096/len(character)))
			}
			if err := user.Validate(); !errors.Is(err, directory.ErrTooLarge) {
				s.Fatalf("a user that became too large returned the error %v, want ErrTooLarge", err)
			}
			user.Permissions = user.Permissions[1:]
			for len(user.Permissions) < 256 && user.Validate() == nil {
				user.Permissions = append(user.Permissions, "x")
			}
			if user.Validate() != nil {
				user.Permissions = user.Permissions[:len(user.Permissions)-1]
			}
			s.must("AddUser", s.store.AddUser(s.Context(), user))
			s.wantsUser(user)
		}
	}},
	{"the largest id is kept exactly", func(s *stage) {
		s.wantsUser(s.add(1<<53 - 1))
	}},
	{"times are kept to the millisecond, in UTC", func(s *stage) {
		zone := time.FixedZone("UTC+5", 5*60*60)
		for i, at := range []time.Time{
			start.Add(999_999), start.In(zone), time.Date(1969, 12, 31, 23, 59, 59, 1_000_000, time.UTC), time.Unix(0, 0),
		} {
			user := s.add(int64(i+1), func(u *directory.User) { u.CreatedAt = at })
			user.CreatedAt = at.UTC().Truncate(time.Millisecond)
			s.wantsUser(user)
		}
	}},
	{"any text can be an identifier", func(s *stage) {
		for i, name := range []string{
			"a#b", "username#a", "a b", " a", "a ", "'; --", `"`, "%", "_", "*", "A", "a", "ä", "a\u0308", "\n", "日本",
			strings.Repeat("x", 512),
		} {
			s.wantsUser(s.add(int64(i+1), func(u *directory.User) {
				u.Username, u.Email = name, directory.Email(name)+strconv.Itoa(i)+"@example.com"
			}))
		}
	}},
	{"a name that is taken is told by its kind", func(s *stage) {
		first := s.add(1)
		for _, attempt := range []struct {
			kind, value string
			user        directory.User
		}{
			{"id", "1", directory.User{ID: 1, Username: "free", Email: "free@example.com"}},
			{"username", first.Username, directory.User{ID: 2, Username: first.Username, Email: "free@example.com"}},
			{"email", first.Email, directory.User{ID: 2, Username: "free", Email: first.Email}},
			{"id", "1", first},
			{"username", first.Username, directory.User{ID: 2, Username: first.Username, Email: first.Email}},
		} {
			attempt.user.Realm = s.realm
			s.wantsTaken("AddUser", s.store.AddUser(s.Context(), attempt.user), attempt.kind, attempt.value)
			// Nothing was stored: the one that has the name is as it was, and what was free still is.
			s.wantsUser(first)
			s.wantsNobody(directory.Username("free"))
			s.wantsNobody(directory.EmailAddress("free@example.com"))
			_, err := s.store.User(s.Context(), s.realm, 2)
			s.wants("User 2", err, directory.ErrNotFound)
		}
		s.add(2, func(u *directory.User) { u.Username, u.Email = "free", "free@example.com" })
	}},
	{"a text can be one user's username and another's e-mail address", func(s *stage) {
		one := s.add(1, func(u *directory.User) { u.Username, u.Email = "x@example.com", "y@example.com" })
		two := s.add(2, func(u *directory.User) { u.Username, u.Email = "y@example.com", "x@example.com" })
		three := s.add(3, func(u *directory.User) { u.Username, u.Email = "z@example.com", "z@example.com" })
		s.wantsUser(one)
		s.wantsUser(two)
		s.wantsUser(three)
	}},
	{"users without an identifier of a kind do not collide", func(s *stage) {
		for id := range int64(2) {
			s.wantsUser(s.add(id+1, func(u *directory.User) { u.Username = "" }))
			s.wantsUser(s.add(id+11, func(u *directory.User) { u.Email = "" }))
		}
	}},
	{"realms do not share names", func(s *stage) {
		here := s.add(1)
		there := here
		there.Realm, there.Name = s.realm+"-other", "There"
		elsewhere := there
		elsewhere.Realm, elsewhere.ID = s.realm+"-third", 2
		s.must("AddUser in another realm", s.store.AddUser(s.Context(), there))
		s.must("AddUser in a third realm", s.store.AddUser(s.Context(), elsewhere))
		s.wantsUser(here)
		s.wantsUser(there)
		s.wantsUser(s.replace(elsewhere, func(u *directory.User) { u.Name = "Elsewhere" }))
	}},
	{"of many that claim a username at once, one gets it", func(s *stage) {
		claim := func(i int) directory.User {
			user := s.user(int64(i + 1))
			user.Username = "wanted"
			return user
		}
		errs := map[int]error{}
		for i, err := range together(20, func(i int) error { return s.store.AddUser(s.Context(), claim(i)) }) {
			if err != nil {
				errs[i] = err
				continue
			}
			s.wantsUser(claim(i))
		}
		for i, err := range errs {
			s.wantsTaken("AddUser", err, "username", "wanted")
			s.wantsNobody(directory.EmailAddress(claim(i).Email))
		}
		if len(errs) != 19 {
			s.Errorf("%d of 20 got the username, want 1", 20-len(errs))
		}
	}},
}
