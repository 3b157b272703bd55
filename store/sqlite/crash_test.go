package sqlite

func runCrasher() {}
