"""When all pages are written: data, source, policy, cards and what a site has besides its pages."""
