package dynamo

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/shared/session"
)

// Begin implements login.SessionStore: one PutItem, or one transaction of new items, which nothing else can touch.
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
	pk := "session#" + begun.Digest
	put := &types.Put{TableName: &s.tables.Sessions}
	if begun.Kind == session.SignIn {
		pk = "signin#" + decimal(begun.ID)
		put.ConditionExpression = aws.String("attribute_not_exists(pk)")
	}
	put.Item = item{
		"pk": str(pk), "kind": str(string(begun.Kind)), "product": str(begun.Product), "realm": str(begun.Realm),
		"user": num(begun.UserID), "scope": str(begun.Scope), "epoch": num(begun.Epoch), "application": num(begun.Application),
		"created": millis(begun.Created), "expires": millis(begun.Expires), "ttl": num(begun.Expires.Unix() + 1),
	}
	return put
}
