package storetest

import (
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
)

// change is one replacement of a user, and whether it must raise the user's epoch.
type change struct {
	name   string
	before func(*directory.User)
	after  func(*directory.User)
	raises bool
}

func active(u *directory.User)   { u.Active = true }
func inactive(u *directory.User) { u.Active = false }

func password(hash string) func(*directory.User) {
	return func(u *directory.User) { u.PasswordHash = hash }
}

var changes = []change{
	{"deactivating", active, inactive, true},
	{"a new password", active, password("$2b$04$second"), true},
	{"a first password", password(""), password("$2b$04$second"), true},
	{"taking the password away", active, password(""), true},
	{"deactivating with a new password", active, func(u *directory.User) { u.Active, u.PasswordHash = false, "" }, true},
	{"a new password while inactive", inactive, password("$2b$04$second"), true},
	{"becoming a service account", active, func(u *directory.User) { u.AccountType = directory.ServiceAccount }, true},
	{"activating", inactive, active, false},
	{"staying inactive", inactive, func(u *directory.User) { u.Name = "New" }, false},
	{"another name", active, func(u *directory.User) { u.Name, u.Username, u.Email = "New", "new-"+u.Username, "new-"+u.Email }, false},
	{"another profile", active, func(u *directory.User) { u.Profile, u.Confirmed = fullProfile(), false }, false},
	{"changing nothing", active, active, false},
}

// epochRows make every change to accounts that were tried before and to others, in the realm's count and in that of an
// application with limits of its own.
func epochRows() []row {
	rows := []row{
		{"a refused change raises nothing", func(s *stage) {
			other, user := s.add(1), s.add(2)
			after := user
			after.Active, after.Username = false, other.Username
			s.wantsTaken("ReplaceUser", s.store.ReplaceUser(s.Context(), user, after), "username", other.Username)
			s.wantsRecord(s.account(2), attempts.Record{})
			stored := s.replace(user, func(u *directory.User) { u.Name = "New" })
			s.wants("ReplaceUser", s.store.ReplaceUser(s.Context(), user, after), directory.ErrChanged)
			s.wants("RemoveUser", s.store.RemoveUser(s.Context(), user), directory.ErrChanged)
			s.wantsRecord(s.account(2), attempts.Record{})
			s.wantsUser(stored)
		}},
		{"it rises each time, above the clock", func(s *stage) {
			user := s.add(1)
			for range 3 {
				old, now := s.epoch(s.account(1)), time.Now().UnixMilli() //nolint:forbidigo // stores raise epochs by their own clock
				user = s.replace(s.replace(user, inactive), active)
				if got := s.epoch(s.account(1)); got <= max(old, now) {
					s.Fatalf("the epoch rose from %d to %d at %d, want it above both", old, got, now)
				}
			}
		}},
		{"removing a user forgets its counts, and raises and keeps its epoch", func(s *stage) {
			app := s.application()
			untried, tried := s.account(1).Scoped(app.ID), s.account(2).Scoped(app.ID)
			s.accept(tried, usual, start, 0)
			s.refuse(tried, usual, start, counted)
			s.refuse(s.account(1), usual, start, counted)
			for id := range int64(2) {
				user := s.add(id + 1)
				s.must("RemoveUser", s.store.RemoveUser(s.Context(), user))
			}
			one, two := s.raised(s.account(1), 0), s.raised(s.account(2), 0)
			s.wantsRecord(s.account(1), attempts.Record{Epoch: one})
			s.wantsRecord(untried, attempts.Record{Epoch: one})
			s.wantsRecord(s.account(2), attempts.Record{Epoch: two})
			s.wantsRecord(tried, attempts.Record{Epoch: two})
			// A new user with the old id begins where the old one ended.
			heir := s.add(1)
			s.wantsRecord(s.account(1), attempts.Record{Epoch: one})
			s.wantsOvertaken(s.account(1), usual, start, one-1, login.ErrEpoch)
			s.wantsOvertaken(untried, usual, start, one-1, login.ErrEpoch)
			s.accept(untried, usual, start, one)
			s.must("RemoveUser", s.store.RemoveUser(s.Context(), heir))
			s.raised(s.account(1), one)
			s.raised(untried, one)
		}},
		{"users who are added and removed at once can log in", func(s *stage) {
			for id := range int64(20) {
				user := s.add(id + 1)
				together(6, func(i int) error {
					if i == 0 {
						return s.store.RemoveUser(s.Context(), user)
					}
					return s.store.AddUser(s.Context(), user)
				})
				loaded, record, err := s.store.Load(s.Context(), s.account(user.ID))
				s.must("Load", err)
				if loaded.ID != 0 {
					s.accept(s.account(user.ID), usual, start, record.Epoch)
				}
			}
		}},
	}
	for _, change := range changes {
		promise := change.name + " leaves it"
		if change.raises {
			promise = change.name + " raises it"
		}
		rows = append(rows, row{promise, func(s *stage) {
			app := s.application()
			for id, tries := range []int{0, 2} {
				account := s.account(int64(id + 1))
				user, scopes := s.add(int64(id+1), change.before), []directory.Account{account, account.Scoped(app.ID)}
				var want attempts.Record
				for range tries {
					want = attempts.Record{Fails: want.Fails + 1, Run: want.Run + 1, Last: start}
					for _, scope := range scopes {
						s.refuse(scope, usual, start, counted)
					}
				}
				s.replace(user, change.after)
				if change.raises {
					want.Epoch = s.raised(account, 0)
				}
				for _, scope := range scopes {
					s.wantsRecord(scope, want)
				}
			}
		}})
	}
	return rows
}

// epoch returns the epoch that a login loads.
func (s *stage) epoch(account directory.Account) int64 {
	s.Helper()
	_, record, err := s.store.Load(s.Context(), account)
	s.must("Load", err)
	return record.Epoch
}

// raised ends the row unless the account's epoch is above an old one, and returns it.
func (s *stage) raised(account directory.Account, old int64) int64 {
	s.Helper()
	epoch := s.epoch(account)
	if epoch <= old {
		s.Fatalf("the epoch is %d after %d, want it raised", epoch, old)
	}
	return epoch
}
