package checklist_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"gatehouse/shared/store/dynamo"
	"gatehouse/shared/store/sqlite"
	"gatehouse/shared/store/storetest"
)

// stored is an empty store of a test's own, with a view past its code.
type stored struct {
	storetest.Store
	contents func() string   // every value that it holds, as text
	requests func() []string // the requests on the wire since the last call; nil for a store without one
	kill     func()          // every later call fails
}

// stores are the two kinds of store, by name.
var stores = map[string]func(*testing.T) stored{"sqlite": onSQLite, "dynamodb": onDynamoDB}

func onSQLite(t *testing.T) stored {
	t.Helper()
	file := filepath.Join(t.TempDir(), "gatehouse.db")
	store, err := sqlite.Open(t.Context(), file)
	must(t, err)
	t.Cleanup(func() { _ = store.Close() })
	return stored{
		Store: store,
		contents: func() string { // SQLite keeps text as it is
			pages, err := os.ReadFile(file)
			must(t, err)
			log, err := os.ReadFile(file + "-wal")
			must(t, err)
			return string(pages) + string(log)
		},
		requests: func() []string { return nil },
		kill:     func() { must(t, store.Close()) },
	}
}

// onDynamoDB makes tables of its own.
func onDynamoDB(t *testing.T) stored {
	t.Helper()
	cloud := site.Cloud(t)
	tables := []string{cloud.Tables.Users, cloud.Tables.Attempts, cloud.Tables.Sessions}
	wire := &wire{HTTPClient: cloud.Client.Options().HTTPClient}
	watched := dynamodb.New(cloud.Client.Options(), func(options *dynamodb.Options) { options.HTTPClient = wire })
	return stored{
		Store: dynamo.New(watched, cloud.Tables),
		contents: func() string {
			items, err := cloud.Items(t.Context(), tables...)
			must(t, err)
			text, err := json.Marshal(items)
			must(t, err)
			return string(text)
		},
		requests: wire.seen,
		kill:     cloud.Drop,
	}
}

// wire notes the requests to DynamoDB, including retries by the SDK.
type wire struct {
	dynamodb.HTTPClient
	mutex      sync.Mutex
	operations []string
}

func (w *wire) Do(request *http.Request) (*http.Response, error) {
	_, operation, _ := strings.Cut(request.Header.Get("X-Amz-Target"), ".")
	w.mutex.Lock()
	w.operations = append(w.operations, operation)
	w.mutex.Unlock()
	return w.HTTPClient.Do(request)
}

func (w *wire) seen() []string {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	seen := w.operations
	w.operations = nil
	return seen
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
