pragma circom 2.1.0;

// Every operation of circom on n pairs, all at once.
template Operations(n) {
  signal input a[n];
  signal input b[n];
  signal output total[n][21];
  for (var i = 0; i < n; i++) {
    total[i][0] <-- a[i] + b[i];
    total[i][1] <-- a[i] - b[i];
    total[i][2] <-- a[i] * b[i];
    total[i][3] <-- a[i] / b[i];
    total[i][4] <-- a[i] ** b[i];
    total[i][5] <-- -a[i];
    total[i][6] <-- a[i] << b[i];
    total[i][7] <-- a[i] >> b[i];
    total[i][8] <-- a[i] & b[i];
    total[i][9] <-- a[i] | b[i];
    total[i][10] <-- a[i] ^ b[i];
    total[i][11] <-- ~a[i];
    total[i][12] <-- a[i] < b[i];
    total[i][13] <-- a[i] > b[i];
    total[i][14] <-- a[i] <= b[i];
    total[i][15] <-- a[i] >= b[i];
    total[i][16] <-- a[i] == b[i];
    total[i][17] <-- a[i] != b[i];
    total[i][18] <-- a[i] && b[i];
    total[i][19] <-- a[i] || b[i];
    total[i][20] <-- !a[i];
  }
}

// The two that stop for 0, where it is not.
template Divisions(n) {
  signal input a[n];
  signal input b[n];
  signal output quotient[n];
  signal output rest[n];
  for (var i = 0; i < n; i++) {
    quotient[i] <-- a[i] \ b[i];
    rest[i] <-- a[i] % b[i];
  }
}
