// Package dynamo keeps Gatehouse's directory, attempts and sessions in three DynamoDB tables.
//
// [FromEnvironment] opens them for logins, [Administer] for the command; [CreateTables] creates them on DynamoDB Local.
//
// Every operation of a login is one request by key, whatever the number of users. Only the administration scans. Reads that
// decide a login are consistent. A failure and a success are one conditional UpdateItem each, with the rules of package
// attempts, and no transaction touches an item that logins share. The administration changes a user in a transaction,
// because identifiers must stay unique and epochs must rise in the same moment. The client retries a login that conflicts
// with one (see [NewClient]).
//
// Items have one key, pk; those of Sessions have a sort key too, sk. Times are milliseconds since 1970 (UTC); ttl is in
// seconds, as DynamoDB requires. Other attributes of an item survive every update.
//
//	Users
//	  user#main#341                    id 341, username "john_doe", email, name, hash "$2a$12$...", active true, confirmed true,
//	                                   created 1688125260123, version 3, epoch 1, profile "{...}" (JSON, as in the import format)
//	  login#main#username#<SHA-256>    id 341         the SHA-256 of the user name, in hex
//	  login#main#email#<SHA-256>       id 341         the SHA-256 of the lower-cased e-mail address, in hex
//	  app#138                          id 138, realm "main", secret "<SHA-256>", limit 5, lockout 15, created
//	  secret#<SHA-256>                 id, realm and secret of the application with this secret
//	  apps                             ids {138, ...} of all applications, so that no list needs a Scan
//	Attempts
//	  account#main#341                 epoch 1767323045679; fails 2, run 2, last 1767323045678, seen, and beside them fails#app#138, ...
//	                                   for an application with limits of its own
//	  account#main#decoy-<SHA-256>     the same for a name without a user, with ttl; #app#138 follows for an application's count
//	  source#address#192.0.2.7#29455384   n 17, ttl   requests in one minute (since 1970)
//	Sessions
//	  user#main#341  session#unleash#<SHA-256>   kind, product, realm, user, epoch, application, created, used, idle, ends,
//	                                   displaced, data, ttl
//	  signin#7450961234567890  -       the same
//
// A user and its record of attempts each carry an epoch. They rise together, in one transaction. The write that accepts a
// login compares the loaded user's epoch with the record's, so a login whose user was loaded before a change is refused. All
// scopes of a user share one item, so the epoch covers every application, whether it has limits of its own now, had them
// before or is gone.
package dynamo

import (
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/shared/directory"
)

// Tables are the names of the three tables.
type Tables struct{ Users, Attempts, Sessions string }

// Store is the directory, the attempts and the sessions. It is safe for concurrent use.
type Store struct {
	client *dynamodb.Client
	tables Tables
	clock  func() time.Time // puts epochs above those of a restored table
}

// New returns a store on existing tables.
func New(client *dynamodb.Client, tables Tables) *Store {
	return &Store{client: client, tables: tables, clock: time.Now} //nolint:forbidigo // this is where the clock is injected
}

// item is one item of a table.
type item = map[string]types.AttributeValue

func str(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }

func num(value int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(value, 10)}
}

func boolean(value bool) types.AttributeValue { return &types.AttributeValueMemberBOOL{Value: value} }

func millis(at time.Time) types.AttributeValue { return num(at.UnixMilli()) }

func key(pk string) item { return item{"pk": str(pk)} }

func strOf(i item, name string) string {
	if v, ok := i[name].(*types.AttributeValueMemberS); ok {
		return v.Value
	}
	return ""
}

func numOf(i item, name string) int64 {
	if v, ok := i[name].(*types.AttributeValueMemberN); ok {
		n, _ := strconv.ParseInt(v.Value, 10, 64)
		return n
	}
	return 0
}

func boolOf(i item, name string) bool {
	v, ok := i[name].(*types.AttributeValueMemberBOOL)
	return ok && v.Value
}

// timeOf returns the zero time if the attribute is absent.
func timeOf(i item, name string) time.Time {
	if _, ok := i[name]; !ok {
		return time.Time{}
	}
	return time.UnixMilli(numOf(i, name)).UTC()
}

// inKey escapes a realm, so that no two realms share a key.
var inKey = strings.NewReplacer("%", "%25", "#", "%23")

// userKey returns the key of a user by id in decimal. A decoy's key names no user.
func userKey(realm, id string) string { return "user#" + inKey.Replace(realm) + "#" + id }

func decimal(id int64) string { return strconv.FormatInt(id, 10) }

// loginKey digests the identifier, so that any length fits (a key has at most 2,048 bytes) and keys in a log name nobody.
func loginKey(realm string, by directory.Identifier) string {
	return "login#" + inKey.Replace(realm) + "#" + string(by.Kind) + "#" + directory.Digest(by.Value)
}

// accountKey returns the key of a record of attempts. A user's scopes share one record with one epoch.
// A decoy has a record for each scope, because each expires at its own time.
func accountKey(account directory.Account) string {
	pk := "account#" + inKey.Replace(account.Realm) + "#" + account.Key
	if account.Scope != "" && !account.Known {
		pk += "#" + account.Scope
	}
	return pk
}
