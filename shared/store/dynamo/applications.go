package dynamo

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"gatehouse/shared/directory"
)

// batch is the number of items that one BatchGetItem can read.
const batch = 100

// listKey is the item that holds the ids of all applications.
const listKey = "apps"

func appKey(id int64) string { return "app#" + decimal(id) }

func attributesOfApplication(a directory.Application) item {
	return item{
		"pk": str(appKey(a.ID)), "id": num(a.ID), "realm": str(a.Realm), "secret": str(a.SecretDigest),
		"limit": num(int64(a.AttemptLimit)), "lockout": num(int64(a.LockoutMinutes)), "created": millis(a.CreatedAt),
	}
}

func applicationOf(i item) directory.Application {
	return directory.Application{
		ID: numOf(i, "id"), Realm: strOf(i, "realm"), SecretDigest: strOf(i, "secret"),
		AttemptLimit: int(numOf(i, "limit")), LockoutMinutes: int(numOf(i, "lockout")), CreatedAt: timeOf(i, "created"),
	}
}

// AddApplication implements directory.ApplicationStore in one transaction with the list of applications.
func (s *Store) AddApplication(ctx context.Context, application directory.Application) error {
	change := &transaction{store: s}
	change.putNew(attributesOfApplication(application), taken("id", decimal(application.ID)))
	change.list("ADD", application.ID)
	return change.commit(ctx, "storing an application")
}

// list adds an id to the list of applications or deletes it from there.
func (t *transaction) list(action string, id int64) {
	t.add(types.TransactWriteItem{Update: &types.Update{
		TableName: &t.store.tables.Users, Key: key(listKey), UpdateExpression: aws.String(action + " #ids :id"),
		ExpressionAttributeNames: map[string]string{"#ids": "ids"},
		ExpressionAttributeValues: item{
			":id": &types.AttributeValueMemberNS{Value: []string{decimal(id)}},
		},
	}}, nil)
}

// Application implements login.ApplicationStore and directory.ApplicationStore in one GetItem.
func (s *Store) Application(ctx context.Context, id int64) (directory.Application, error) {
	stored, err := s.get(ctx, s.tables.Users, appKey(id))
	if err != nil {
		return directory.Application{}, fmt.Errorf("reading an application: %w", err)
	}
	if stored == nil {
		return directory.Application{}, directory.ErrNotFound
	}
	return applicationOf(stored), nil
}

// ReplaceApplication implements directory.ApplicationStore. Attributes that this version does not know survive it.
func (s *Store) ReplaceApplication(ctx context.Context, before, after directory.Application) error {
	_, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.tables.Users, Key: key(appKey(before.ID)),
		UpdateExpression: aws.String("SET #realm = :realm, #secret = :secret, #limit = :limit, #lockout = :lockout"),
		ConditionExpression: aws.String("#realm = :realm0 AND #secret = :secret0 AND #limit = :limit0 AND #lockout = :lockout0 " +
			"AND #created = :created0"),
		ExpressionAttributeNames: map[string]string{
			"#realm": "realm", "#secret": "secret", "#limit": "limit", "#lockout": "lockout", "#created": "created",
		},
		ExpressionAttributeValues: item{
			":realm": str(after.Realm), ":secret": str(after.SecretDigest),
			":limit": num(int64(after.AttemptLimit)), ":lockout": num(int64(after.LockoutMinutes)),
			":realm0": str(before.Realm), ":secret0": str(before.SecretDigest), ":created0": millis(before.CreatedAt),
			":limit0": num(int64(before.AttemptLimit)), ":lockout0": num(int64(before.LockoutMinutes)),
		},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if stored, failed := refused(err); failed {
		if stored == nil {
			return directory.ErrNotFound
		}
		return directory.ErrChanged
	}
	return wrap("replacing an application", err)
}

// RemoveApplication implements directory.ApplicationStore.
func (s *Store) RemoveApplication(ctx context.Context, id int64) error {
	change := &transaction{store: s}
	change.add(types.TransactWriteItem{Delete: &types.Delete{
		TableName: &s.tables.Users, Key: key(appKey(id)), ConditionExpression: aws.String("attribute_exists(pk)"),
	}}, directory.ErrNotFound)
	change.list("DELETE", id)
	return change.commit(ctx, "removing an application")
}

// Applications implements directory.ApplicationStore, ordered by id.
func (s *Store) Applications(ctx context.Context) iter.Seq2[directory.Application, error] {
	return func(yield func(directory.Application, error) bool) {
		ids, err := s.applicationIDs(ctx)
		if err != nil {
			yield(directory.Application{}, err)
			return
		}
		for chunk := range slices.Chunk(ids, batch) {
			var keys []string
			for _, id := range chunk {
				keys = append(keys, appKey(id))
			}
			found, err := s.batchGet(ctx, map[string][]string{s.tables.Users: keys})
			if err != nil {
				yield(directory.Application{}, fmt.Errorf("reading applications: %w", err))
				return
			}
			for _, pk := range keys {
				if stored, ok := found[pk]; ok && !yield(applicationOf(stored), nil) {
					return
				}
			}
		}
	}
}

func (s *Store) applicationIDs(ctx context.Context) ([]int64, error) {
	stored, err := s.get(ctx, s.tables.Users, listKey)
	if err != nil {
		return nil, fmt.Errorf("reading the list of applications: %w", err)
	}
	set, _ := stored["ids"].(*types.AttributeValueMemberNS)
	if set == nil {
		return nil, nil
	}
	var ids []int64
	for _, text := range set.Value {
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("reading the list of applications: %w", err)
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids, nil
}
