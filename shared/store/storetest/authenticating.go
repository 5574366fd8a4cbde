package storetest

import (
	"fmt"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatehouse/shared/directory"
	"gatehouse/shared/login"
)

var authenticatingRows = []row{
	{"an application is found by its id or secret, with its failures and the sign-in", func(s *stage) {
		s.add(1)
		app, failures, signIn := s.application(), fmt.Sprint(random()), s.signIn(random())
		s.begin(signIn)
		for range 2 {
			_, err := s.store.Count(s.Context(), failures, start)
			s.must("Count", err)
		}
		bySecret := directory.Application{ID: app.ID, Realm: app.Realm, SecretDigest: app.SecretDigest}
		for _, row := range []struct {
			by   login.Credentials
			want login.Authentication
		}{
			{login.Credentials{ID: app.ID}, login.Authentication{Application: app, Failures: 2}},
			{login.Credentials{ID: app.ID, SignIn: signIn.ID}, login.Authentication{Application: app, Failures: 2, SignIn: signIn}},
			{login.Credentials{ID: app.ID, SignIn: random()}, login.Authentication{Application: app, Failures: 2}},
			{login.Credentials{ID: random()}, login.Authentication{Failures: 2}},
			{login.Credentials{SecretDigest: app.SecretDigest}, login.Authentication{Application: bySecret, Failures: 2}},
			{login.Credentials{SecretDigest: directory.Digest("another")}, login.Authentication{Failures: 2}},
		} {
			got, err := s.store.Authenticate(s.Context(), row.by, failures, start)
			s.must("Authenticate", err)
			if row.by.ID == 0 && got.Application.ID == app.ID {
				got.Application.AttemptLimit, got.Application.LockoutMinutes, got.Application.CreatedAt = 0, 0, time.Time{}
			}
			if diff := cmp.Diff(row.want, got); diff != "" {
				s.Errorf("%+v (-want +got):\n%s", row.by, diff)
			}
		}
		next, err := s.store.Authenticate(s.Context(), login.Credentials{ID: app.ID}, failures, start.Add(time.Minute))
		if err != nil || next.Failures != 0 {
			s.Errorf("in the next minute: %+v, %v", next, err)
		}
	}},
	{"a secret finds its application only while it is the application's, and is of no two", func(s *stage) {
		app := s.application()
		other := app
		other.ID = random()
		s.wantsTaken("AddApplication", s.store.AddApplication(s.Context(), other), "secret", "")
		other.SecretDigest = newSecret()
		s.must("AddApplication", s.store.AddApplication(s.Context(), other))
		stolen := other
		stolen.SecretDigest = app.SecretDigest
		s.wantsTaken("ReplaceApplication", s.store.ReplaceApplication(s.Context(), other, stolen), "secret", "")
		rotated := app
		rotated.SecretDigest = newSecret()
		s.must("ReplaceApplication", s.store.ReplaceApplication(s.Context(), app, rotated))
		by := func(digest string) int64 {
			found, err := s.store.Authenticate(s.Context(), login.Credentials{SecretDigest: digest}, "x", start)
			s.must("Authenticate", err)
			return found.Application.ID
		}
		if old, now := by(app.SecretDigest), by(rotated.SecretDigest); old != 0 || now != app.ID {
			s.Errorf("after a rotation the old secret finds %d and the new one %d", old, now)
		}
		s.must("RemoveApplication", s.store.RemoveApplication(s.Context(), app.ID))
		if id := by(rotated.SecretDigest); id != 0 {
			s.Errorf("the secret of a removed application finds %d", id)
		}
	}},
}
