package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Store keeps sessions. Each method is one whole operation. An error that is not named here is a fault.
type Store interface {
	// Begin stores all of the sessions or none. It returns ErrTaken if a sign-in's id is taken.
	Begin(ctx context.Context, sessions ...Session) error
	// Find returns the stored sessions that the references name, expired ones too, each with its user, in any order. It is one
	// request whose reads see every write that was answered before. A user that does not exist is the zero User.
	Find(ctx context.Context, refs ...Ref) ([]Live, error)
	// Slide sets the time of the last use. It returns ErrNone, and stores nothing, if the session is gone.
	Slide(ctx context.Context, session Session) error
	// Displace notes how many sessions a session's login ended. It returns ErrNone, and stores nothing, if the session is gone.
	Displace(ctx context.Context, ref Ref, displaced int) error
	// End removes sessions and returns how many of them there were.
	End(ctx context.Context, refs ...Ref) (int, error)
	// List returns the stored sessions of a user that one product began, or all with the product "". Its reads see every write
	// that was answered before. Expired sessions are among them, sign-ins are not.
	List(ctx context.Context, realm string, user int64, product string) ([]Session, error)
}

// Keeper checks, slides and ends sessions at one moment.
type Keeper struct {
	Store Store
	Now   time.Time
}

// Look returns the good session that the claim names, or ErrNone. It is not a use: nothing is written.
func (k Keeper) Look(ctx context.Context, claim Claim) (Live, error) {
	return first(k.LookAll(ctx, claim))
}

// Use is Look for a request that uses the session, which therefore stays longer if it has an idle time.
func (k Keeper) Use(ctx context.Context, claim Claim) (Live, error) {
	return first(k.UseAll(ctx, claim))
}

// UseAll uses each good session that a claim names, in the order of the claims. Claims without one are left out; claims of one
// token may differ in their kinds. However many there are, they cost one read, and a write for each session that slides.
func (k Keeper) UseAll(ctx context.Context, claims ...Claim) ([]Live, error) {
	found, err := k.LookAll(ctx, claims...)
	if err != nil {
		return nil, err
	}
	var used []Live
	for _, live := range found {
		switch err := k.slide(ctx, &live.Session); {
		case err == nil:
			used = append(used, live)
		case !errors.Is(err, ErrNone):
			return nil, fmt.Errorf("sliding a session: %w", err)
		}
	}
	return used, nil
}

func first(found []Live, err error) (Live, error) {
	if err != nil {
		return Live{}, err
	}
	if len(found) == 0 {
		return Live{}, ErrNone
	}
	return found[0], nil
}

// LookAll is UseAll without a use.
func (k Keeper) LookAll(ctx context.Context, claims ...Claim) ([]Live, error) {
	var refs []Ref
	claimed := map[Ref][]Claim{}
	for _, claim := range claims {
		if ref, ok := claim.ref(); ok {
			if claimed[ref] == nil {
				refs = append(refs, ref)
			}
			claimed[ref] = append(claimed[ref], claim)
		}
	}
	if len(refs) == 0 {
		return nil, nil
	}
	found, err := k.Store.Find(ctx, refs...)
	if err != nil {
		return nil, fmt.Errorf("reading a session: %w", err)
	}
	found = slices.DeleteFunc(found, func(l Live) bool { return !l.Good(k.Now) || !slices.ContainsFunc(claimed[l.Ref()], l.claimed) })
	slices.SortFunc(found, func(a, b Live) int { return slices.Index(refs, a.Ref()) - slices.Index(refs, b.Ref()) })
	return found, nil
}

// slidesIn is the part of the idle time in which a session slides at most once, so that a client that polls every second
// costs ten writes in an idle time. A session may end that much too early.
const slidesIn = 10

func (k Keeper) slide(ctx context.Context, s *Session) error {
	if s.Idle == 0 || k.Now.Sub(s.Used) < s.Idle/slidesIn {
		return nil
	}
	s.Used = k.Now
	return k.Store.Slide(ctx, *s)
}

// End ends a session, whether it is good or not.
func (k Keeper) End(ctx context.Context, ref Ref) error {
	if _, err := k.Store.End(ctx, ref); err != nil {
		return fmt.Errorf("ending a session: %w", err)
	}
	return nil
}

// EndClaimed ends the session that a token names, if the text is one. A login ends the session of the browser that logs in
// again this way (OWASP ASVS 5.0, 7.2.4).
func (k Keeper) EndClaimed(ctx context.Context, claim Claim) error {
	if ref, ok := claim.ref(); ok {
		return k.End(ctx, ref)
	}
	return nil
}

// EndAll ends the sessions of a product that a user has at this moment, this one first. With kinds, the others end only if they
// are of one of these.
func (k Keeper) EndAll(ctx context.Context, own Ref, kinds ...Kind) error {
	if err := k.End(ctx, own); err != nil {
		return err
	}
	others, err := k.Store.List(ctx, own.Realm, own.UserID, own.Product)
	if err != nil {
		return fmt.Errorf("listing sessions: %w", err)
	}
	if len(kinds) > 0 {
		others = slices.DeleteFunc(others, func(s Session) bool { return !slices.Contains(kinds, s.Kind) })
	}
	if _, err := k.end(ctx, others); err != nil {
		return fmt.Errorf("ending sessions: %w", err)
	}
	return nil
}

// end ends sessions and returns how many of them there were. Without any, it asks nothing of the store.
func (k Keeper) end(ctx context.Context, sessions []Session) (int, error) {
	if len(sessions) == 0 {
		return 0, nil
	}
	return k.Store.End(ctx, Refs(sessions)...)
}

// Trim ends what exceeds the cap of a product's sessions of a user, after a login has stored this one, and returns how many
// sessions this login ended. In the order of their beginning, sessions that cap newer ones precede are over the cap. A login
// ends its own, if it is among them, and the cap next older ones. So each of many parallel logins ends a few, together they
// leave exactly the newest, and a trim that failed is made good by later logins.
func (k Keeper) Trim(ctx context.Context, own Session, limit int) (int, error) {
	stored, err := k.Store.List(ctx, own.Realm, own.UserID, own.Product)
	if err != nil {
		return 0, fmt.Errorf("listing sessions: %w", err)
	}
	// Sessions of an older epoch are worth nothing and take no place under the cap.
	stored = slices.DeleteFunc(stored, func(s Session) bool { return s.Epoch < own.Epoch })
	slices.SortFunc(stored, func(a, b Session) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.Digest, a.Digest))
	})
	at := slices.IndexFunc(stored, func(s Session) bool { return s.Digest == own.Digest })
	if at < 0 {
		return 0, nil // a newer login was faster
	}
	from := min(max(at, limit), len(stored))
	ended, err := k.end(ctx, stored[from:min(from+limit+1, len(stored))])
	if err != nil {
		return 0, fmt.Errorf("ending sessions over the cap: %w", err)
	}
	if ended == 0 {
		return 0, nil // none is over the cap, or parallel logins ended them
	}
	if err := k.Store.Displace(ctx, own.Ref(), ended); err != nil && !errors.Is(err, ErrNone) {
		return ended, fmt.Errorf("noting the ended sessions: %w", err)
	}
	return ended, nil
}
