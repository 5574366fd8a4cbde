package dynamo

import (
	"context"
	"iter"
	"slices"

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
	change.putNew(attributesOfApplication(application), "id", decimal(application.ID))
	change.list("ADD", application.ID)
	return change.commit(ctx, "storing an application")
}

// list adds an id to the list of applications or deletes it from there.
func (t *transaction) list(action string, id int64) {
	ids := &types.AttributeValueMemberNS{Value: []string{decimal(id)}}
	t.update(write{table: t.store.tables.Users, pk: listKey, update: action + " #ids :id", values: item{":id": ids}}, nil)
}

// Application implements login.ApplicationStore and directory.ApplicationStore in one GetItem.
func (s *Store) Application(ctx context.Context, id int64) (directory.Application, error) {
	stored, err := s.get(ctx, s.tables.Users, appKey(id))
	if err != nil {
		return directory.Application{}, wrap("reading an application", err)
	}
	if stored == nil {
		return directory.Application{}, directory.ErrNotFound
	}
	return applicationOf(stored), nil
}

// ReplaceApplication implements directory.ApplicationStore. Attributes that this version does not know survive it.
func (s *Store) ReplaceApplication(ctx context.Context, before, after directory.Application) error {
	w := write{table: s.tables.Users, pk: appKey(before.ID), condition: "attribute_exists(pk)"}
	after.ID = before.ID
	attributes := attributesOfApplication(after)
	delete(attributes, "pk")
	w.update, w.values = set(attributes)
	for name, value := range attributesOfApplication(before) {
		w.condition += " AND #" + name + " = :" + name + "0"
		w.values[":"+name+"0"] = value
	}
	input := w.input()
	input.ReturnValuesOnConditionCheckFailure = types.ReturnValuesOnConditionCheckFailureAllOld
	_, err := s.client.UpdateItem(ctx, input)
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
	change.delete(write{table: s.tables.Users, pk: appKey(id), condition: "attribute_exists(pk)"}, directory.ErrNotFound)
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
				yield(directory.Application{}, wrap("reading applications", err))
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
		return nil, wrap("reading the list of applications", err)
	}
	var ids []int64
	if set, ok := stored["ids"].(*types.AttributeValueMemberNS); ok {
		for _, text := range set.Value {
			ids = append(ids, numOf(item{"id": &types.AttributeValueMemberN{Value: text}}, "id"))
		}
	}
	slices.Sort(ids)
	return ids, nil
}
