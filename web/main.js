// The page: finds out which service is behind it, and shows that one.
