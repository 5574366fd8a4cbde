// Command introspect is the Lambda function that answers token introspection.
package main

import (
	"gatehouse/functions"
	"gatehouse/shared/bootstrap"
)

func main() { bootstrap.Main(functions.Sessions().NewIntrospect) }
