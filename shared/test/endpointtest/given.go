package endpointtest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"gatehouse/functions"
	"gatehouse/shared/directory"
	"gatehouse/shared/product"
	"gatehouse/shared/session"
	"gatehouse/shared/store/storetest"
)

// Session is a session that exists when the event of a pair arrives.
type Session struct {
	Product     string          `json:"product"` // the pair's, unless set
	User        string          `json:"user"`    // its user name, in [Realm]
	Kind        session.Kind    `json:"kind"`    // "session", unless set
	Token       string          `json:"token"`   // 64 hex characters, the first 16 of which are the user's id
	ID          int64           `json:"id"`      // of a sign-in, which has no token
	Application int64           `json:"application"`
	Age         string          `json:"age"`      // time since its login and its last use, as 30m
	Idle        string          `json:"idle"`     // none, unless set
	Lifetime    string          `json:"lifetime"` // 24h, unless set
	Displaced   int             `json:"displaced"`
	Data        json.RawMessage `json:"data"` // stored without white space
}

// Application is an application that exists besides the demo's.
type Application struct {
	ID     int64  `json:"id"`
	Realm  string `json:"realm"` // [Realm], unless set
	Secret string `json:"secret"`
}

// Begun reports whether the products still exist whose sessions the pair needs. Events of other rooms use a product's.
func (p Pair) Begun() bool {
	return !slices.ContainsFunc(p.Given.Sessions, func(s Session) bool {
		return s.Product != "" && !slices.ContainsFunc(functions.Products(), func(p product.Product) bool { return p.Name == s.Product })
	})
}

// Begin stores the applications and sessions that the pair needs. The sessions' ages are counted back from now.
func (p Pair) Begin(ctx context.Context, store storetest.Store, now time.Time) error {
	for _, given := range p.Given.Applications {
		err := store.AddApplication(ctx, directory.Application{
			ID: given.ID, Realm: cmp.Or(given.Realm, Realm), SecretDigest: directory.Digest(given.Secret), CreatedAt: now,
		})
		if err != nil {
			return fmt.Errorf("%s/%s: application %d: %w", p.Product, p.Name, given.ID, err)
		}
	}
	for _, given := range p.Given.Sessions {
		begun, err := given.session(ctx, store, p.Product, now)
		if err == nil {
			err = store.Begin(ctx, begun)
		}
		if err != nil {
			return fmt.Errorf("%s/%s: session of %q: %w", p.Product, p.Name, given.User, err)
		}
	}
	return nil
}

func (s Session) session(ctx context.Context, store storetest.Store, product string, now time.Time) (session.Session, error) {
	user, err := store.FindUser(ctx, Realm, directory.Username(s.User))
	if err != nil {
		return session.Session{}, err
	}
	_, record, err := store.Load(ctx, directory.AccountOf(Realm, user.ID))
	if err != nil {
		return session.Session{}, err
	}
	begun := session.Session{
		Kind: session.Browser, Product: product, Realm: Realm, UserID: user.ID, Epoch: record.Epoch, ID: s.ID,
		Application: s.Application, Displaced: s.Displaced,
	}
	if s.Kind != "" {
		begun.Kind = s.Kind
	}
	if s.Product != "" {
		begun.Product = s.Product
	}
	if s.Token != "" {
		begun.Digest = directory.Digest(s.Token)
		if id := fmt.Sprintf("%016x", user.ID); len(s.Token) != 64 || s.Token[:16] != id {
			return session.Session{}, fmt.Errorf("the token %q is not 64 characters that begin with %s", s.Token, id)
		}
	}
	if len(s.Data) > 0 {
		var data bytes.Buffer
		if err := json.Compact(&data, s.Data); err != nil {
			return session.Session{}, err
		}
		begun.Data = data.Bytes()
	}
	age, lifetime := time.Duration(0), 24*time.Hour
	for text, into := range map[*string]*time.Duration{&s.Age: &age, &s.Idle: &begun.Idle, &s.Lifetime: &lifetime} {
		if *text == "" {
			continue
		}
		if *into, err = time.ParseDuration(*text); err != nil {
			return session.Session{}, err
		}
	}
	begun.Created = now.Add(-age).Truncate(time.Millisecond)
	begun.Used, begun.Ends = begun.Created, begun.Created.Add(lifetime)
	return begun, nil
}
