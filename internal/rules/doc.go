// Package rules holds this repository's rules as tests.
//
// A rule that is only written down is broken by the first change in a hurry.
// Each rule here is a function from the repository's files to a list of
// problems, one a line, that begin with path:line. The function is tested
// twice: on the repository, where the list must be empty, and on a small tree
// with planted violations, where it must not be, because a rule that cannot
// fail is worthless.
//
//	TestAPI         the public API is testdata/api/*.txt, the same natively and on js
//	TestImports     which package may import which
//	TestBannedInJS  what a browser bundle must not contain, and what it would cost
//	TestFiles       format, build constraints, package comments, length, names
//	TestExported    every exported name of a public package has a doc comment
//
// After a deliberate change of the API, run
//
//	go test ./internal/rules -run TestAPI -update
//
// and let the change of the golden files be part of the review.
package rules
