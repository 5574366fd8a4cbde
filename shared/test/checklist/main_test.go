package checklist_test

import (
	"os"
	"slices"
	"testing"
	"time"

	"gatehouse/functions"
	"gatehouse/shared/product"
	"gatehouse/shared/test/dynamolocal"
	"gatehouse/shared/test/endpointtest"
	"gatehouse/shared/test/target"
)

// root is the repository, from this package's folder.
const root = "../../.."

var site target.Site

func TestMain(m *testing.M) { os.Exit(dynamolocal.Main(m.Run)) }

// ahead is where the clock of every door stands, 30 years after endpointtest's: DynamoDB Local removes by its own clock what
// has expired.
const ahead = 30 * 365 * 24 * time.Hour

// door is one product's endpoint on one store.
type door struct {
	*endpointtest.Endpoint
	product       target.Product
	right         target.User // the demo user of the product
	authorization string      // instead of the demo application's
	stored        stored

	t *testing.T
}

// everywhere plays a test at the door of every product for which all of these hold, on every store, each of which holds the
// demo users and applications.
func everywhere(t *testing.T, settings map[string]string, play func(*testing.T, *door), which ...func(target.Product) bool) {
	t.Helper()
	t.Parallel()
	products := target.Where(func(p target.Product) bool {
		return !slices.ContainsFunc(which, func(holds func(target.Product) bool) bool { return !holds(p) })
	})
	for name, open := range stores {
		t.Run(name, func(t *testing.T) {
			for _, each := range products {
				t.Run(each.Name, func(t *testing.T) {
					t.Parallel()
					d := openDoor(t, open(t), each, settings)
					d.check(product.Fill(t.Context(), d.Store, d.Hasher, functions.Products()))
					play(t, d)
				})
			}
		})
	}
}

// first holds for the first product whose requests count against their source: for what is the same behind all.
func first(p target.Product) bool { return p == target.First(target.Product.Public) }

func openDoor(t *testing.T, stored stored, product target.Product, settings map[string]string) *door {
	t.Helper()
	endpoint := endpointtest.On(t, stored.Store, endpointtest.Functions()[product.Function].New, product.Path, settings)
	endpoint.Clock.Advance(ahead)
	return &door{Endpoint: endpoint, product: product, right: product.User, stored: stored, t: t}
}

func (d *door) check(err error) {
	d.t.Helper()
	must(d.t, err)
}
