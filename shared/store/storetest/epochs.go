package storetest

import (
	"fmt"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
)

// change is one replacement of a user, and by how much the epoch of its accounts has to rise.
type change struct {
	name   string
	before func(*directory.User)
	after  func(*directory.User)
	rise   int64
}

func active(u *directory.User)   { u.Active = true }
func inactive(u *directory.User) { u.Active = false }

func password(hash string) func(*directory.User) {
	return func(u *directory.User) { u.PasswordHash = hash }
}

var changes = []change{
	{"deactivating", active, inactive, 1},
	{"a new password", active, password("$2b$04$second"), 1},
	{"a first password", password(""), password("$2b$04$second"), 1},
	{"taking the password away", active, password(""), 1},
	{"deactivating with a new password", active, func(u *directory.User) { u.Active, u.PasswordHash = false, "" }, 1},
	{"a new password while inactive", inactive, password("$2b$04$second"), 1},
	{"becoming a service account", active, func(u *directory.User) { u.AccountType = directory.ServiceAccount }, 1},
	{"activating", inactive, active, 0},
	{"staying inactive", inactive, func(u *directory.User) { u.Name = "New" }, 0},
	{"another name", active, func(u *directory.User) { u.Name, u.Username, u.Email = "New", "new-"+u.Username, "new-"+u.Email }, 0},
	{"another profile", active, func(u *directory.User) { u.Profile, u.Confirmed = fullProfile(), false }, 0},
	{"changing nothing", active, active, 0},
}

// epochRows play every change to accounts that were tried before and to such that never were, in the realm's count and
// in that of an application with limits of its own.
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
		{"other accounts keep theirs", func(s *stage) {
			app := s.application()
			user := s.add(1)
			others := []directory.Account{
				s.account(11), s.account(11).Scoped(app.ID), directory.AccountOf(s.realm+"-other", 1),
				directory.Decoy(s.realm, directory.Username(user.Username)),
			}
			s.add(11)
			for _, other := range others {
				s.refuse(other, usual, start, counted)
			}
			s.must("RemoveUser", s.store.RemoveUser(s.Context(), s.replace(user, inactive)))
			for _, other := range others {
				s.wantsRecord(other, attempts.Record{Fails: 1, Run: 1, Last: start})
			}
		}},
		{"it rises each time", func(s *stage) {
			user := s.add(1)
			for range 3 {
				user = s.replace(s.replace(user, inactive), active)
			}
			s.wantsRecord(s.account(1), attempts.Record{Epoch: 3})
		}},
		{"removing a user forgets its counts, and raises and keeps its epochs", func(s *stage) {
			app := s.application()
			untried, tried := s.account(1).Scoped(app.ID), s.account(2).Scoped(app.ID)
			s.accept(tried, usual, start, 0)
			s.refuse(tried, usual, start, counted)
			s.refuse(s.account(1), usual, start, counted)
			for id := range int64(2) {
				user := s.add(id + 1)
				s.must("RemoveUser", s.store.RemoveUser(s.Context(), user))
			}
			want := attempts.Record{Epoch: 1}
			for _, account := range []directory.Account{s.account(1), untried, s.account(2), tried} {
				s.wantsRecord(account, want)
			}
			// A new user with the old id begins where the old one ended.
			heir := s.add(1)
			s.wantsRecord(s.account(1), want)
			s.wantsOvertaken(s.account(1), usual, start, 0, login.ErrEpoch)
			s.wantsOvertaken(untried, usual, start, 0, login.ErrEpoch)
			s.accept(untried, usual, start, 1)
			s.must("RemoveUser", s.store.RemoveUser(s.Context(), heir))
			s.wantsRecord(s.account(1), attempts.Record{Epoch: 2})
			s.wantsRecord(untried, attempts.Record{Epoch: 2})
		}},
	}
	for _, each := range changes {
		promise := fmt.Sprintf("%s raises it by %d", each.name, each.rise)
		rows = append(rows, row{promise, func(s *stage) {
			app := s.application()
			untried, tried := s.add(1, each.before), s.add(2, each.before)
			record := attempts.Record{Fails: 2, Run: 2, Last: start}
			for _, account := range []directory.Account{s.account(2), s.account(2).Scoped(app.ID)} {
				s.refuse(account, usual, start, counted)
				s.refuse(account, usual, start, counted)
			}
			s.replace(untried, each.after)
			s.wantsRecord(s.account(1), attempts.Record{Epoch: each.rise})
			s.wantsRecord(s.account(1).Scoped(app.ID), attempts.Record{Epoch: each.rise})
			s.replace(tried, each.after)
			record.Epoch = each.rise
			s.wantsRecord(s.account(2), record)
			s.wantsRecord(s.account(2).Scoped(app.ID), record)
		}})
	}
	return rows
}
