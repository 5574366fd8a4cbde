package checklist_test

import (
	"testing"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/product"
	"gatehouse/shared/test/target"
)

// TestSecurity26TwoPoliciesDoNotUndoEachOther alternates between an application with limits of its own and everyone else: an
// application without, and another product. Each policy counts what came through it and locks by its own rule; neither a lock
// nor a success of one changes the other's count.
func TestSecurity26TwoPoliciesDoNotUndoEachOther(t *testing.T) {
	settings := map[string]string{"ATTEMPT_LIMIT": "5"}
	everywhere(t, settings, func(t *testing.T, shared *door) {
		shared.check(shared.Store.AddApplication(t.Context(), directory.Application{
			ID: shared.product.Application().ID + 1, Realm: product.DemoRealm, SecretDigest: directory.Digest("its secret"), AttemptLimit: 3, LockoutMinutes: 5,
			CreatedAt: shared.Clock.Now(),
		}))
		strict, other := openDoor(t, shared.stored, shared.product, settings), openDoor(t, shared.stored, target.First(target.Product.Public), settings)
		strict.authorization = basic(shared.product.Application().ID+1, "its secret")
		strict.Service.Clock, other.Service.Clock = shared.Clock.Now, shared.Clock.Now
		john := shared.right
		wrong := func(times int, d *door) { t.Helper(); d.expect(times, login.WrongPassword, john.Username, "guess") }
		right := func(d *door, want login.Outcome) { t.Helper(); d.expect(1, want, john.Username, john.Password) }

		for range 2 {
			wrong(1, strict)
			wrong(1, shared)
			wrong(1, other)
		}
		wrong(1, strict)
		right(strict, login.Locked)
		wrong(1, other) // the fifth of those that share the realm's policy
		right(shared, login.Locked)
		right(other, login.Locked)

		shared.Clock.Advance(5 * time.Minute)
		right(strict, login.Accepted)
		right(shared, login.Locked)
		wrong(1, strict)

		shared.Clock.Advance(25 * time.Minute)
		right(shared, login.Accepted)
		wrong(1, other)
		wrong(2, strict) // its window has begun anew
		right(other, login.Accepted)
		wrong(1, strict)
		right(strict, login.Locked)
	}, target.Product.Applies)
}
