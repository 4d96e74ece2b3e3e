{
  # What node-gyp needs of a Node "headers" folder when an addon uses Node-API alone: the headers themselves come from
  # the npm package node-api-headers, so that building needs no download and gives the same binary under every Node.
  'target_defaults': {
    'default_configuration': 'Release',
    'configurations': {
      'Release': {'cflags': ['-fPIC']},
      'Debug': {'cflags': ['-fPIC', '-g', '-O1']},
    },
  },
}
