package deploy

import (
	"errors"
	"fmt"
)

// Table holds what package dynamo creates of an AWS::DynamoDB::Table.
type Table struct {
	Name     string // its logical id
	Variable string // the environment variable that holds its name
	Key      string // the partition key
	KeyType  string // S, N or B
	TTL      string // the attribute by which items expire, if any
}

// Tables returns the tables, in the order of the template. A property that [Table] cannot hold is an error.
func (t *Template) Tables() ([]Table, error) {
	var tables []Table
	for name, resource := range t.Resources("AWS::DynamoDB::Table") {
		table, err := t.table(name, resource.At("Properties"))
		if err != nil {
			return nil, fmt.Errorf("line %d: table %s: %w", resource.Line(), name, err)
		}
		tables = append(tables, table)
	}
	if len(tables) == 0 {
		return nil, errors.New("no AWS::DynamoDB::Table")
	}
	return tables, nil
}

func (t *Template) table(name string, properties Node) (Table, error) {
	for _, other := range []string{"TableName", "GlobalSecondaryIndexes", "LocalSecondaryIndexes", "StreamSpecification"} {
		if properties.At(other).Exists() {
			return Table{}, fmt.Errorf("unexpected %s", other)
		}
	}
	if properties.At("BillingMode").Text() != "PAY_PER_REQUEST" {
		return Table{}, errors.New("BillingMode is not PAY_PER_REQUEST")
	}
	key, kind, ok := keyOf(properties)
	if !ok {
		return Table{}, errors.New("the key is not one attribute of type HASH")
	}
	ttl := properties.At("TimeToLiveSpecification")
	table := Table{Name: name, Variable: t.variableOf(name), Key: key, KeyType: kind, TTL: ttl.At("AttributeName").Text()}
	if ttl.Exists() && (table.TTL == "" || ttl.At("Enabled").Text() != "true") {
		return Table{}, errors.New("TimeToLiveSpecification is not an enabled attribute")
	}
	if table.Variable == "" {
		return Table{}, errors.New("no variable of Globals holds its name")
	}
	return table, nil
}

// keyOf returns the one attribute of a table's key, and its type.
func keyOf(properties Node) (name, kind string, ok bool) {
	keys, attributes := properties.At("KeySchema").Items(), properties.At("AttributeDefinitions").Items()
	if len(keys) != 1 || len(attributes) != 1 {
		return "", "", false
	}
	name, kind = keys[0].At("AttributeName").Text(), attributes[0].At("AttributeType").Text()
	whole := keys[0].At("KeyType").Text() == "HASH" && attributes[0].At("AttributeName").Text() == name
	return name, kind, whole && name != "" && kind != ""
}

// variableOf returns the variable of Globals that refers to a resource.
func (t *Template) variableOf(resource string) string {
	for variable, value := range t.root.At("Globals", "Function", "Environment", "Variables").Pairs() {
		if value.Ref() == resource {
			return variable
		}
	}
	return ""
}
