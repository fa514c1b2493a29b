"""Operations of this domain over HTTP; imported by the application alone."""
