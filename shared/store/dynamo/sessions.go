package dynamo

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/shared/session"
)

// sessionPrefix begins the sort keys of a user's sessions, in order of their products.
const sessionPrefix = "session#"

func sessionKey(ref session.Ref) item {
	return item{
		"pk": str(userKey(ref.Realm, decimal(ref.UserID))), "sk": str(sessionPrefix + ref.Product + "#" + ref.Digest),
	}
}

// signInKey returns the key of a sign-in, which is alone under its partition key.
func signInKey(id int64) item { return item{"pk": str("signin#" + decimal(id)), "sk": str("-")} }

// ofSession returns a write to a session, on condition that it is there: no update creates an ended one anew.
func (s *Store) ofSession(ref session.Ref) write {
	at := sessionKey(ref)
	return write{table: s.tables.Sessions, pk: strOf(at, "pk"), sk: strOf(at, "sk"), condition: "attribute_exists(pk)"}
}

// Begin implements session.Store: one PutItem, or one transaction of new items, which nothing else can touch.
func (s *Store) Begin(ctx context.Context, sessions ...session.Session) error {
	if len(sessions) == 1 {
		put := s.putSession(sessions[0])
		_, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: put.TableName, Item: put.Item, ConditionExpression: put.ConditionExpression,
		})
		if _, taken := refused(err); taken {
			return session.ErrTaken
		}
		return wrap("storing a session", err)
	}
	if len(sessions) == 0 {
		return nil
	}
	var writes []types.TransactWriteItem
	for _, begun := range sessions {
		writes = append(writes, types.TransactWriteItem{Put: s.putSession(begun)})
	}
	_, err := s.client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: writes})
	// Only a sign-in's id can be taken: it is stored, or is being stored at this moment.
	if why := causes(err); slices.Contains(why, failedCondition) || slices.Contains(why, conflict) {
		return session.ErrTaken
	}
	return wrap("storing sessions", err)
}

// putSession returns the write of one session. A sign-in's id may be taken, a token's digest cannot.
func (s *Store) putSession(begun session.Session) *types.Put {
	put := &types.Put{TableName: &s.tables.Sessions, Item: sessionKey(begun.Ref())}
	if begun.Kind == session.SignIn {
		put.Item = signInKey(begun.ID)
		put.ConditionExpression = aws.String("attribute_not_exists(pk)")
	}
	maps.Copy(put.Item, item{
		"kind": str(string(begun.Kind)), "id": num(begun.ID), "digest": str(begun.Digest), "product": str(begun.Product),
		"realm": str(begun.Realm), "user": num(begun.UserID), "epoch": num(begun.Epoch), "application": num(begun.Application),
		"created": millis(begun.Created), "used": millis(begun.Used), "idle": num(begun.Idle.Milliseconds()), "ends": millis(begun.Ends),
		"displaced": num(int64(begun.Displaced)), "data": str(string(begun.Data)), "ttl": ttlOf(begun),
	})
	return put
}

// ttlOf returns the second after which DynamoDB may delete the item. Until then, and after it, the code checks the expiry.
func ttlOf(s session.Session) types.AttributeValue { return num(s.Expires().Unix() + 1) }

func sessionOf(i item) session.Session {
	return session.Session{
		Kind: session.Kind(strOf(i, "kind")), ID: numOf(i, "id"), Digest: strOf(i, "digest"), Product: strOf(i, "product"),
		Realm: strOf(i, "realm"), UserID: numOf(i, "user"), Epoch: numOf(i, "epoch"), Application: numOf(i, "application"),
		Created: timeOf(i, "created"), Used: timeOf(i, "used"), Idle: time.Duration(numOf(i, "idle")) * time.Millisecond,
		Ends: timeOf(i, "ends"), Displaced: int(numOf(i, "displaced")), Data: []byte(strOf(i, "data")),
	}
}

// sessionUser names what a session shows of its user. Functions that read sessions may read nothing else of a user's item,
// in particular not the password hash.
var sessionUser = []string{"pk", "id", "username", "email", "name", "active", "confirmed", "created", "version", "profile", "epoch"}

// Find implements session.Store in one BatchGetItem over two tables.
func (s *Store) Find(ctx context.Context, refs ...session.Ref) ([]session.Live, error) {
	var users []string
	var sessions []item
	for _, ref := range refs {
		sessions = append(sessions, sessionKey(ref))
		if pk := userKey(ref.Realm, decimal(ref.UserID)); !slices.Contains(users, pk) { // a batch must not name a key twice
			users = append(users, pk)
		}
	}
	found, err := s.batchGet(ctx, map[string]types.KeysAndAttributes{
		s.tables.Users: ask(keys(users...), sessionUser...), s.tables.Sessions: ask(sessions),
	})
	if err != nil {
		return nil, wrap("reading sessions", err)
	}
	var all []session.Live
	for _, ref := range refs {
		stored, ok := found[nameOf(sessionKey(ref))]
		if !ok {
			continue
		}
		live := session.Live{Session: sessionOf(stored)}
		if user, ok := found[userKey(ref.Realm, decimal(ref.UserID))]; ok {
			live.UserEpoch = numOf(user, "epoch")
			if live.User, err = userOf(ref.Realm, user); err != nil {
				return nil, err
			}
		}
		all = append(all, live)
	}
	return all, nil
}

// Slide implements session.Store.
func (s *Store) Slide(ctx context.Context, used session.Session) error {
	return s.updateSession(ctx, used.Ref(), item{"used": millis(used.Used), "ttl": ttlOf(used)})
}

// Displace implements session.Store.
func (s *Store) Displace(ctx context.Context, ref session.Ref, displaced int) error {
	return s.updateSession(ctx, ref, item{"displaced": num(int64(displaced))})
}

func (s *Store) updateSession(ctx context.Context, ref session.Ref, attributes item) error {
	w := s.ofSession(ref)
	w.update, w.values = set(attributes)
	_, err := s.client.UpdateItem(ctx, w.input())
	if _, gone := refused(err); gone {
		return session.ErrNone
	}
	return wrap("updating a session", err)
}

// End implements session.Store with one DeleteItem each. Nobody has many, but for whom no cap holds.
func (s *Store) End(ctx context.Context, refs ...session.Ref) (ended int, err error) {
	for _, ref := range refs {
		out, err := s.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
			TableName: &s.tables.Sessions, Key: sessionKey(ref), ReturnValues: types.ReturnValueAllOld,
		})
		if err != nil {
			return ended, wrap("ending a session", err)
		}
		if len(out.Attributes) > 0 {
			ended++
		}
	}
	return ended, nil
}

// List implements session.Store with a consistent Query.
func (s *Store) List(ctx context.Context, realm string, user int64, product string) ([]session.Session, error) {
	prefix := sessionPrefix
	if product != "" {
		prefix += product + "#"
	}
	pages := dynamodb.NewQueryPaginator(s.client, &dynamodb.QueryInput{
		TableName: &s.tables.Sessions, ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("pk = :pk AND begins_with(sk, :prefix)"),
		ExpressionAttributeValues: item{":pk": str(userKey(realm, decimal(user))), ":prefix": str(prefix)},
	})
	var all []session.Session
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, wrap("listing sessions", err)
		}
		for _, stored := range page.Items {
			all = append(all, sessionOf(stored))
		}
	}
	return all, nil
}
