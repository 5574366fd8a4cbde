package checklist_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/shared/store/dynamo"
	"gatehouse/shared/store/sqlite"
	"gatehouse/shared/store/storetest"
	"gatehouse/shared/test/dynamolocal"
)

// stored is an empty store of a test's own, seen from behind.
type stored struct {
	storetest.Store
	contents func() string   // every value that it holds, as text
	requests func() []string // what went over the wire since last asked; nil for a store without one
	kill     func()          // from here on it answers nothing
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
		Store:    store,
		contents: func() string { return everyRow(t, file) },
		requests: func() []string { return nil },
		kill:     func() { must(t, store.Close()) },
	}
}

// everyRow reads every column of every table.
func everyRow(t *testing.T, file string) string {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	must(t, err)
	defer db.Close()
	var tables, text strings.Builder
	each(t, db, "SELECT name FROM sqlite_master WHERE type = 'table'", func(row []any) { fmt.Fprintln(&tables, row...) })
	for table := range strings.FieldsSeq(tables.String()) {
		each(t, db, "SELECT * FROM "+table, func(row []any) { fmt.Fprintf(&text, "%s %s\n", table, row) })
	}
	return text.String()
}

func each(t *testing.T, db *sql.DB, query string, do func(row []any)) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	must(t, err)
	defer rows.Close()
	columns, err := rows.Columns()
	must(t, err)
	for rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		must(t, rows.Scan(into...))
		do(row)
	}
	must(t, rows.Err())
}

// onDynamoDB makes tables of its own.
func onDynamoDB(t *testing.T) stored {
	t.Helper()
	client, err := dynamo.NewClient(map[string]string{
		"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_REGION": "eu-west-1",
		"AWS_ENDPOINT_URL_DYNAMODB": dynamolocal.Endpoint(t),
	})
	must(t, err)
	tag := rand.Text()
	tables := dynamo.Tables{Users: "users-" + tag, Attempts: "attempts-" + tag, Sessions: "sessions-" + tag}
	must(t, dynamo.CreateTables(t.Context(), client, tables))
	names := []string{tables.Users, tables.Attempts, tables.Sessions}
	drop := func() {
		for _, name := range names {
			_, _ = client.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &name})
		}
	}
	t.Cleanup(drop) // for a DynamoDB Local that outlives the tests
	wire := &wire{HTTPClient: client.Options().HTTPClient}
	watched := dynamodb.New(client.Options(), func(options *dynamodb.Options) { options.HTTPClient = wire })
	return stored{
		Store:    dynamo.New(watched, tables),
		contents: func() string { return everyItem(t, client, names) },
		requests: wire.seen,
		kill:     drop,
	}
}

// everyItem reads every attribute of every item.
func everyItem(t *testing.T, client *dynamodb.Client, tables []string) string {
	t.Helper()
	var text strings.Builder
	for _, table := range tables {
		pages := dynamodb.NewScanPaginator(client, &dynamodb.ScanInput{TableName: &table})
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			must(t, err)
			for _, item := range page.Items {
				for name, value := range item {
					fmt.Fprintf(&text, "%s %s\n", name, textOf(value))
				}
			}
		}
	}
	return text.String()
}

func textOf(value types.AttributeValue) string {
	switch v := value.(type) {
	case *types.AttributeValueMemberM:
		var text strings.Builder
		for name, member := range v.Value {
			text.WriteString(name + " " + textOf(member) + "\n")
		}
		return text.String()
	case *types.AttributeValueMemberL:
		var text strings.Builder
		for _, element := range v.Value {
			text.WriteString(textOf(element) + "\n")
		}
		return text.String()
	}
	return fmt.Sprintf("%s", value)
}

// wire notes the requests to DynamoDB, tries by the SDK included.
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
