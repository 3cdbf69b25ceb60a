// Package objects reads tables out of the files of an object store: s3://, gs://,
// azblob://, and fileblob:// for a bucket that is a local directory. Formats, tables and
// rules are those of the package files, whose Tree a bucket is here.
//
// What is read of a Parquet object for its description are ranges of its end. What a
// query reads is brought into the source's own directory as a whole, once per version
// (key, size, time and tag), and only the objects that the query needs. An object comes
// complete, with the length and, where the store tells one, the checksum that it has
// there, or not at all.
//
// Credentials are the user and password of the address; without them, those that the
// server's environment has for the store. Every connection is made by the settings'
// Dial, past any proxy.
package objects
