package storetest

import (
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
)

// overtakenRows play logins that were loaded before something else happened to the account, and committed after it.
var overtakenRows = []row{
	{"a lock that fell meanwhile is not erased by a success", onEach(func(s *stage, account directory.Account) {
		_, loaded, err := s.store.Load(s.Context(), account)
		s.must("Load", err)
		s.lock(account, usual, start)
		s.wantsOvertaken(account, usual, start, loaded.Epoch, login.ErrLocked)
		s.refuse(account, usual, start, locked)
	})},
	{"a cap that was reached meanwhile is not erased by a success", onEach(func(s *stage, account directory.Account) {
		capped := attempts.Policy{Lockout: time.Minute, Cap: 3}
		for range capped.Cap {
			s.refuse(account, capped, start, counted)
		}
		s.wantsOvertaken(account, capped, start.Add(time.Hour), 0, login.ErrLocked)
	})},
	{"a login under way cannot slip past a deactivation", overtaken(inactive)},
	{"a login under way cannot slip past a new password", overtaken(password("$2b$04$second"))},
	{"a login under way cannot slip past a removal", func(s *stage) {
		app := s.application()
		for id, logins := range s.underWay(app) {
			s.must("RemoveUser", s.store.RemoveUser(s.Context(), logins.user))
			for i, account := range logins.accounts {
				s.wantsOvertaken(account, usual, start, logins.epochs[i], login.ErrEpoch)
			}
			s.add(int64(id + 1))
			for i, account := range logins.accounts {
				s.wantsOvertaken(account, usual, start, logins.epochs[i], login.ErrEpoch)
			}
		}
	}},
	{"a user whose epoch is above that of its record is accepted", onEach(func(s *stage, account directory.Account) {
		s.accept(account, usual, start, 1)
		s.refuse(account, usual, start, counted)
		s.accept(account, usual, start, 2)
	})},
	{"a login under way cannot slip past a deactivation through an application that is gone", func(s *stage) {
		app := s.application()
		all := s.underWay(app)
		s.must("RemoveApplication", s.store.RemoveApplication(s.Context(), app.ID))
		for _, logins := range all {
			s.replace(logins.user, inactive)
			for i, account := range logins.accounts {
				s.wantsOvertaken(account, usual, start, logins.epochs[i], login.ErrEpoch)
			}
		}
	}},
	{"a lock goes before an epoch", func(s *stage) {
		app := s.application()
		user := s.add(1)
		accounts := []directory.Account{s.account(1), s.account(1).Scoped(app.ID)}
		for _, account := range accounts {
			s.lock(account, usual, start)
		}
		s.replace(user, inactive)
		for _, account := range accounts {
			s.wantsOvertaken(account, usual, start, 0, login.ErrLocked)
			s.wantsOvertaken(account, usual, start.Add(usual.Lockout), 0, login.ErrEpoch)
			s.accept(account, usual, start.Add(usual.Lockout), s.epoch(account))
		}
	}},
}

// underWay holds the epochs that logins under way have loaded of one user's accounts.
type underWay struct {
	user     directory.User
	accounts []directory.Account
	epochs   []int64
}

// underWay begins logins to the accounts of a user that was never tried, of one with failures, and of one that logged in before and
// whose epoch rose before.
func (s *stage) underWay(app directory.Application) []underWay {
	s.Helper()
	var all []underWay
	for id := range int64(3) {
		logins := underWay{user: s.add(id + 1), accounts: []directory.Account{s.account(id + 1), s.account(id + 1).Scoped(app.ID)}}
		if id == 2 {
			logins.user = s.replace(logins.user, password("$2b$04$earlier"))
		}
		for _, account := range logins.accounts {
			switch id {
			case 1:
				s.refuse(account, usual, start, counted)
			case 2:
				s.accept(account, usual, start, s.epoch(account))
			}
			_, loaded, err := s.store.Load(s.Context(), account)
			s.must("Load", err)
			logins.epochs = append(logins.epochs, loaded.Epoch)
		}
		all = append(all, logins)
	}
	return all
}

// overtaken changes users between a login's Load and its Accept.
func overtaken(change func(*directory.User)) func(*stage) {
	return func(s *stage) {
		app := s.application()
		for _, logins := range s.underWay(app) {
			s.replace(logins.user, change)
			for i, account := range logins.accounts {
				s.wantsOvertaken(account, usual, start, logins.epochs[i], login.ErrEpoch)
				s.accept(account, usual, start, s.raised(account, logins.epochs[i]))
			}
		}
	}
}

// strict and lenient are two policies on one account: those of an application and of its realm.
var (
	strict  = attempts.Policy{Limit: 3, Lockout: 10 * time.Minute, Cap: 100}
	lenient = attempts.Policy{Limit: 5, Lockout: time.Hour, Cap: 100}
)

var scopeRows = []row{
	{"two policies on one account each lock it", func(s *stage) {
		app := s.application()
		s.add(1)
		for _, realms := range []directory.Account{s.account(1), directory.Decoy(s.realm, directory.Username("nobody"))} {
			apps := realms.Scoped(app.ID)
			for i := range lenient.Limit { // guesses through both in turn
				s.refuse(realms, lenient, start, counted)
				s.refuse(apps, strict, start, i >= strict.Limit)
			}
			s.refuse(realms, lenient, start, locked)
			s.refuse(apps, strict, start, locked)
			s.wantsRecord(realms, attempts.Record{Fails: 5, Run: 5, Last: start})
			s.wantsRecord(apps, attempts.Record{Fails: 3, Run: 3, Last: start})
		}
	}},
}
