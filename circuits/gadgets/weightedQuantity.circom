pragma circom 2.1.9;

// Hints only, constrained by the batch's identity 6: the weighted quantity of one instrument, long and short together,
// or the short alone. Empty positions have lots 0, so unused account rows add nothing.
function weightedQuantity(n, instruments, lots, weights, id) {
    var sum = 0;
    for (var i = 0; i < n; i++) {
        if (instruments[i] == id) {
            sum += lots[i] * weights[i];
        }
    }
    return sum;
}

function weightedShort(n, instruments, lots, negatives, weights, id) {
    var sum = 0;
    for (var i = 0; i < n; i++) {
        if (instruments[i] == id) {
            sum -= lots[i] * negatives[i] * weights[i];
        }
    }
    return sum;
}
