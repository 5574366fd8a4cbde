// Command signin is the Lambda function that answers Social ID Now's GET sign_ins/:id.
package main

import (
	"gatehouse/functions/socialid"
	"gatehouse/shared/bootstrap"
)

func main() { bootstrap.Main(socialid.NewSignIn) }
