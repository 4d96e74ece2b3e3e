{
  # One static library per kernel, because gyp has compiler flags per target only. listSources.mjs finds the files, so
  # that a new .cc in a folder of src/ is part of the next build without an edit here.
  'target_defaults': {
    'include_dirs': ['src'],
    'cflags': ['-O3', '-Wall', '-Wextra', '-fvisibility=hidden', '-fno-math-errno', '-pthread'],
    'cflags_cc': ['-std=c++17', '-fexceptions', '-fvisibility-inlines-hidden'],
    'xcode_settings': {
      'CLANG_CXX_LANGUAGE_STANDARD': 'c++17',
      'CLANG_CXX_LIBRARY': 'libc++',
      'GCC_ENABLE_CPP_EXCEPTIONS': 'YES',
      'GCC_OPTIMIZATION_LEVEL': '3',
      'GCC_SYMBOLS_PRIVATE_EXTERN': 'YES',
      'MACOSX_DEPLOYMENT_TARGET': '11.0',
      'WARNING_CFLAGS': ['-Wall', '-Wextra'],
    },
  },
  'targets': [
    {
      'target_name': 'straddle_core',
      'sources': ['<!@(node listSources.mjs base)'],
      'include_dirs': [
        '<!(node -p "require(\'node-addon-api\').include_dir")',
        '<!(node -p "require(\'node-api-headers\').include_dir")',
      ],
      # The swallowed exceptions are those that a worker which is being terminated can no longer be told.
      'defines': [
        'NAPI_VERSION=8',
        'NAPI_CPP_EXCEPTIONS',
        'NODE_ADDON_API_DISABLE_DEPRECATED',
        'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
      ],
      'dependencies': ['<!@(node listSources.mjs kernels <(target_arch))'],
      # Nothing but the registration function needs to be visible.
      # A symbol that is missing is to be found when the addon is loaded, not when it is first called.
      'ldflags': ['-pthread', '-Wl,--exclude-libs,ALL', '-Wl,-z,now'],
    },
    {
      'target_name': 'kernel_portable',
      'type': 'static_library',
      'sources': ['<!@(node listSources.mjs portable)'],
    },
  ],
  'conditions': [
    ['target_arch=="x64"', {
      'targets': [
        {
          'target_name': 'kernel_adx',
          'type': 'static_library',
          'sources': ['<!@(node listSources.mjs adx)'],
          'cflags': ['-mbmi2', '-madx'],
          'xcode_settings': {'OTHER_CFLAGS': ['-mbmi2', '-madx']},
        },
        {
          'target_name': 'kernel_ifma',
          'type': 'static_library',
          'sources': ['<!@(node listSources.mjs ifma)'],
          'variables': {
            'flags': ['-mbmi2', '-madx', '-mavx512f', '-mavx512vl', '-mavx512dq', '-mavx512bw', '-mavx512ifma'],
          },
          # GCC takes its own headers' undefined vectors for a mistake.
          'cflags': ['<@(flags)', '-Wno-maybe-uninitialized', '-Wno-uninitialized'],
          'xcode_settings': {'OTHER_CFLAGS': ['<@(flags)']},
        },
      ],
    }],
  ],
}
