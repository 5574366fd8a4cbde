package storetest

import (
	"strconv"
	"time"

	"gatehouse/shared/directory"
)

func (s *stage) wantsApplication(want directory.Application) {
	s.Helper()
	got, err := s.store.Application(s.Context(), want.ID)
	s.must("Application", err)
	s.same("Application", got, want)
	if got.CreatedAt.Location() != time.UTC {
		s.Errorf("CreatedAt is in the zone %v, want UTC", got.CreatedAt.Location())
	}
}

var applicationRows = []row{
	{"every field is read back", func(s *stage) {
		app := s.application()
		s.wantsApplication(app)
		bare := directory.Application{ID: random(), Realm: s.realm, SecretDigest: newSecret()}
		s.must("AddApplication", s.store.AddApplication(s.Context(), bare))
		s.wantsApplication(bare)
		s.wantsApplication(app)
		precise := directory.Application{
			ID: random(), Realm: s.realm, SecretDigest: newSecret(), CreatedAt: start.Add(999_999).In(time.FixedZone("UTC+5", 5*60*60)),
		}
		s.must("AddApplication", s.store.AddApplication(s.Context(), precise))
		precise.CreatedAt = start // to the millisecond
		s.wantsApplication(precise)
	}},
	{"one that does not exist is not found", func(s *stage) {
		_, err := s.store.Application(s.Context(), random())
		s.wants("Application", err, directory.ErrNotFound)
		s.wants("RemoveApplication", s.store.RemoveApplication(s.Context(), random()), directory.ErrNotFound)
		gone := directory.Application{ID: random(), Realm: s.realm, SecretDigest: newSecret()}
		s.wants("ReplaceApplication", s.store.ReplaceApplication(s.Context(), gone, gone), directory.ErrNotFound)
		_, err = s.store.Application(s.Context(), gone.ID)
		s.wants("Application", err, directory.ErrNotFound)
	}},
	{"an id is given out once, in all realms", func(s *stage) {
		first := s.application()
		second := directory.Application{ID: first.ID, Realm: s.realm + "-other"}
		s.wantsTaken("AddApplication", s.store.AddApplication(s.Context(), second), "id", strconv.FormatInt(first.ID, 10))
		s.wantsApplication(first)
	}},
	{"every field is replaced", func(s *stage) {
		before := s.application()
		after := directory.Application{
			ID: before.ID, Realm: s.realm + "-other", SecretDigest: newSecret(), CreatedAt: before.CreatedAt,
		}
		s.must("ReplaceApplication", s.store.ReplaceApplication(s.Context(), before, after))
		s.wantsApplication(after)
		s.must("ReplaceApplication", s.store.ReplaceApplication(s.Context(), after, before))
		s.wantsApplication(before)
	}},
	{"what was changed meanwhile is not replaced, whichever field it was", func(s *stage) {
		stored := s.application()
		after := stored
		after.SecretDigest = newSecret()
		for field, change := range map[string]func(*directory.Application){
			"realm":           func(a *directory.Application) { a.Realm += "-other" },
			"secret digest":   func(a *directory.Application) { a.SecretDigest = newSecret() },
			"attempt limit":   func(a *directory.Application) { a.AttemptLimit++ },
			"lockout minutes": func(a *directory.Application) { a.LockoutMinutes++ },
		} {
			before := stored
			change(&before)
			s.wants("ReplaceApplication with another "+field, s.store.ReplaceApplication(s.Context(), before, after), directory.ErrChanged)
			s.wantsApplication(stored)
		}
	}},
	{"of many that replace the same one at once, one does", func(s *stage) {
		before := s.application()
		s.one("ReplaceApplication", 20, directory.ErrChanged, func(i int) error {
			after := before
			after.AttemptLimit = 100 + i
			return s.store.ReplaceApplication(s.Context(), before, after)
		})
	}},
	{"one that is removed is gone, and its id is free", func(s *stage) {
		app, other := s.application(), s.application()
		s.must("RemoveApplication", s.store.RemoveApplication(s.Context(), app.ID))
		_, err := s.store.Application(s.Context(), app.ID)
		s.wants("Application", err, directory.ErrNotFound)
		s.wants("RemoveApplication again", s.store.RemoveApplication(s.Context(), app.ID), directory.ErrNotFound)
		s.wantsApplication(other)
		s.must("AddApplication", s.store.AddApplication(s.Context(), app))
		s.wantsApplication(app)
	}},
	{"all are listed, once", func(s *stage) {
		want, got := map[int64]directory.Application{}, map[int64]directory.Application{}
		for range 10 {
			app := s.application()
			want[app.ID] = app
		}
		s.add(1)
		for app, err := range s.store.Applications(s.Context()) {
			s.must("Applications", err)
			if _, twice := got[app.ID]; twice {
				s.Errorf("Applications returned application %d twice", app.ID)
			}
			if app.Realm == s.realm {
				got[app.ID] = app
			}
		}
		s.same("Applications", got, want)
	}},
	{"they can be written while they are listed, and a list can be left early", func(s *stage) {
		s.application()
		for range s.store.Applications(s.Context()) {
			s.must("RemoveApplication", s.store.RemoveApplication(s.Context(), s.application().ID))
			break
		}
		s.application()
	}},
}
