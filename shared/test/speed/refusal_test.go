package speed_test

import (
	"fmt"
	"testing"

	"gatehouse/shared/directory"
	"gatehouse/shared/product"
	"gatehouse/shared/store/storetest"
	"gatehouse/shared/test/target"
)

// BenchmarkRefusal tells how long a refusal takes by its cause, at cost 10: all causes in turns, at serve and at a function.
// Whoever can tell them apart by their time learns which users exist.
func BenchmarkRefusal(b *testing.B) {
	settings := target.Settings{"BCRYPT_COST": "10", "SOURCE_LIMIT": "0"}
	for _, at := range []target.Target{site.Serve(b, settings), site.Cloud(b).Gateway(settings, 1)} {
		took := refuse(b, at)
		wrong := median(took["wrong"])
		for _, cause := range causes {
			b.Run(at.Name()+"/"+cause, func(b *testing.B) {
				for b.Loop() {
					b.ReportMetric(median(took[cause])/wrong, "of-wrong")
					b.ReportMetric(quantile(took[cause], 0.25), "q1-ms")
					b.ReportMetric(median(took[cause]), "p50-ms")
					b.ReportMetric(quantile(took[cause], 0.75), "q3-ms")
					b.ReportMetric(0, "ns/op")
				}
			})
		}
	}
}

var causes = []string{"wrong", "unknown", "locked", "inactive", "passwordless"}

// guesses is how many each user takes: below the limit, so that none but the locked ones is locked.
const guesses = 6

// refuse measures all causes.
func refuse(b *testing.B, at target.Target) map[string][]float64 {
	b.Helper()
	const users = 10
	addRefused(b, at.Store(), users)
	client := target.NewClient("127.0.0.1")
	defer client.Close()
	guess := func(cause string, user int) float64 {
		name := fmt.Sprintf("%s%d", cause, user)
		got, err := client.Login(b.Context(), at, subject, name, "a wrong guess")
		if err != nil || got.Verdict != target.Refused {
			b.Fatalf("%s was told %q (%v): %s", name, got.Verdict, err, got.Body)
		}
		return got.Took.Seconds() * 1000
	}
	took := map[string][]float64{}
	for i := range users * guesses {
		// Each time in another order: what comes after what must not matter.
		for j := range causes {
			cause := causes[(i+j)%len(causes)]
			took[cause] = append(took[cause], guess(cause, i/guesses))
		}
	}
	return took
}

// addRefused adds users of each cause but the unknown, and locks those that are to be.
func addRefused(b *testing.B, store storetest.Store, users int) {
	b.Helper()
	hash := target.Hash(b, "the right password", 10)
	for i, cause := range causes {
		if cause == "unknown" {
			continue
		}
		for user := range users {
			stored := directory.User{
				Realm: product.DemoRealm, ID: int64(1000*(i+1) + user), Username: fmt.Sprintf("%s%d", cause, user),
				PasswordHash: hash, Active: cause != "inactive", Confirmed: true,
			}
			if cause == "passwordless" {
				stored.PasswordHash = ""
			}
			check(b, store.AddUser(b.Context(), stored))
			if cause == "locked" {
				target.Lock(b, store, directory.AccountOf(stored.Realm, stored.ID))
			}
		}
	}
}
