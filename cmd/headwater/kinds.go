package main

import (
	"headwater/source"
	"headwater/source/files"
	"headwater/source/mysql"
	"headwater/source/objects"
	"headwater/source/postgres"
)

// sourceKinds says which sources there are, by the scheme of their addresses.
var sourceKinds = map[string]source.Opener{
	"postgres":   postgres.Open,
	"postgresql": postgres.Open,
	"mysql":      mysql.Open,
	"mariadb":    mysql.Open,
	"file":       files.Open,
	"s3":         objects.Open,
	"gs":         objects.Open,
	"azblob":     objects.Open,
	"fileblob":   objects.Open, // a folder as an object store
}
