// SPDX-License-Identifier: GPL-3.0
pragma solidity ^0.8.30;

import {IStraddleExchange} from "../interfaces/IStraddleExchange.sol";
import {Notice} from "./Notice.sol";

/// @notice What a report must show of prices and how far they may move (docs/PROTOCOL.md, section 7).
/// @dev Every spot, forward and at-the-money volatility has an anchor that follows the accepted ones, but no faster than
/// at the rate. A value must lie within reach of its anchor: the base, which is never granted anew, and the rate times the
/// seconds since the anchor was set, both under a ceiling. So reports in quick succession share one base, and silence opens
/// no more than the ceiling; each full day of silence doubles the reach, so that an honest price is never refused for good.
/// Reach is a ratio: a fall by it and the recovery from it are equally far. node/oracle/priceBound.ts has the same arithmetic.
/// A linked library: its code is called into, by the address that the exchange is linked with, and acts on its storage.
library PriceBound {
    uint256 internal constant MAX_EXPIRIES = 32;
    uint256 private constant DOUBLING_SEC = 1 days;
    /// @dev Takes any reach past any 40-bit value.
    uint256 private constant MAX_DOUBLINGS = 40;
    /// @dev Volatility moves that much faster than prices do.
    uint256 private constant VOLATILITY_FACTOR = 4;
    uint256 private constant PPM = 1_000_000;
    uint256 private constant END = type(uint256).max;

    /// @dev By market << 40 | expiry; expiry 0 is the market's spot. A market's expiries with instruments listed are a list
    /// in order, the spot at its head. For the words see IStraddleExchange.priceAnchor.
    struct Book {
        mapping(uint256 key => uint256) anchors;
    }

    struct Terms {
        uint256 time;
        /// So many oracles signed that a value may be anywhere.
        bool mayLeap;
        IStraddleExchange.Bounds limits;
    }

    /// @dev A word of a report, taken apart.
    struct Shown {
        uint256 key;
        uint256 price;
        uint256 volatility;
        /// Of its market.
        uint256 spot;
    }

    /// @dev The key in the lists that comes next, market by market; END behind the last one.
    struct Walk {
        uint256 key;
        uint256 markets;
    }

    function isValid(IStraddleExchange.Bounds memory limits) internal pure returns (bool) {
        return limits.deviationBasePpm != 0 && limits.deviationPpmPerSec != 0
            && limits.deviationBasePpm < limits.deviationCeilingPpm && limits.deviationCeilingPpm < PPM;
    }

    /// @param past The time of the report accepted last: no later one shows an expiry that had come by then.
    function list(Book storage book, uint8 market, uint40 expiry, uint256 past) external {
        uint256 first = uint256(market) << 40;
        uint256 word = book.anchors[first | expiry];
        if (word >> 192 == 0) word = uint152(word) | _insert(book, first, expiry, past) | (block.timestamp << 152);
        book.anchors[first | expiry] = word + (1 << 192);
    }

    /// @dev An expiry all of whose instruments are delisted gives its place free and keeps its anchor: whoever lists it
    /// again finds that.
    function delist(Book storage book, uint8 market, uint40 expiry) external {
        uint256 first = uint256(market) << 40;
        uint256 word = book.anchors[first | expiry] - (1 << 192);
        if (word >> 192 == 0) {
            _remove(book, first, expiry, uint40(word));
            word = uint152(word) >> 40 << 40;
        }
        book.anchors[first | expiry] = word;
    }

    /// @dev Shown must be, of each market, the spot and every expiry to come that has been listed for the notice and is
    /// not delisted. Any other may be shown and means nothing: who made the report may not have heard of it, and no
    /// reorganisation of L1 can make a report of no use.
    function accept(Book storage book, uint16 markets, uint128[] calldata prices, Terms memory terms) external {
        Walk memory walk = Walk(0, markets);
        if (markets & 1 == 0) _step(walk, 0);
        Shown memory shown;
        for (uint256 i = 0; i < prices.length; ++i) {
            _read(shown, prices[i], i);
            _pass(book, walk, shown.key, terms);
            bool isSpot = uint40(shown.key) == 0;
            if (walk.key != shown.key && !isSpot) continue;
            uint256 word = book.anchors[shown.key];
            if (isSpot) word = _withoutPast(book, shown.key, word, terms.time);
            if (_isHeard(word, terms)) book.anchors[shown.key] = _take(word, shown, terms);
            if (walk.key == shown.key) _step(walk, uint40(word));
        }
        _pass(book, walk, END, terms);
    }

    /// @dev What lies before the key is not shown, so it must be nothing that has to be.
    function _pass(Book storage book, Walk memory walk, uint256 key, Terms memory terms) private view {
        while (walk.key < key) {
            uint256 word = book.anchors[walk.key];
            if (uint40(walk.key) > terms.time && _isHeard(word, terms)) _miss(walk.key);
            _step(walk, uint40(word));
        }
    }

    /// @dev Whoever made the report has heard that the expiry is listed; a spot is since ever.
    function _isHeard(uint256 word, Terms memory terms) private pure returns (bool) {
        unchecked {
            return uint40(word >> 152) + Notice.SEC <= terms.time;
        }
    }

    function _miss(uint256 key) private pure {
        revert IStraddleExchange.PriceMissing(uint8(key >> 40), uint40(key));
    }

    /// @dev To the next expiry, or, behind the last one, to the next market's spot.
    function _step(Walk memory walk, uint256 nextExpiry) private pure {
        uint256 market = walk.key >> 40;
        if (nextExpiry == 0) {
            do {
                if (walk.markets >> ++market == 0) {
                    walk.key = END;
                    return;
                }
            } while ((walk.markets >> market) & 1 == 0);
        }
        walk.key = (market << 40) | nextExpiry;
    }

    /// @dev The word of a spot, its list without the expiries that have come: no later report shows them.
    function _withoutPast(Book storage book, uint256 first, uint256 word, uint256 time)
        private
        view
        returns (uint256)
    {
        uint256 next = uint40(word);
        while (next != 0 && next <= time) {
            next = uint40(book.anchors[first | next]);
        }
        return (word >> 40 << 40) | next;
    }

    /// @dev An expiry's first forward is measured from the spot beside it, as if that had been its anchor since it was
    /// listed. A market's first spot and an expiry's first volatility have nothing to be measured from.
    function _take(uint256 word, Shown memory shown, Terms memory terms) private returns (uint256) {
        uint256 price = uint40(word >> 40);
        uint256 elapsed = terms.time - uint40(word >> (price == 0 ? 152 : 112));
        price = _follow(shown.key, price == 0 ? shown.spot : price, shown.price, elapsed, 1, terms);
        uint256 volatility =
            _follow(shown.key, uint32(word >> 80), shown.volatility, elapsed, VOLATILITY_FACTOR, terms);
        return uint40(word) | (price << 40) | (volatility << 80) | (terms.time << 112) | (word >> 152 << 152);
    }

    /// @return The anchor after this value: the value itself, or as far towards it as the rate allows. It never lands
    /// short of the next unit, so that small anchors move too.
    function _follow(
        uint256 key,
        uint256 from,
        uint256 value,
        uint256 elapsed,
        uint256 factor,
        Terms memory terms
    ) private returns (uint256) {
        if (from == 0) return value;
        // Below 2^40 * 2^24 * 2^40: nothing overflows.
        unchecked {
            uint256 base = terms.limits.deviationBasePpm;
            uint256 drift = _least(elapsed * terms.limits.deviationPpmPerSec, terms.limits.deviationCeilingPpm - base);
            uint256 doublings = _least(elapsed / DOUBLING_SEC, MAX_DOUBLINGS);
            uint256 reach = (PPM + factor * (base + drift)) << doublings;
            if (value < _below(from, reach) || value > _above(from, reach)) {
                if (!terms.mayLeap) revert IStraddleExchange.PriceDeviates(uint8(key >> 40), uint40(key), value, from, reach);
                emit IStraddleExchange.PriceLeapt(uint8(key >> 40), uint40(key), value, from);
                return value;
            }
            uint256 follow = (PPM + factor * drift) << doublings;
            if (value > from) return _least(value, _above(from, follow));
            uint256 least = _below(from, follow);
            return value < least ? least : value;
        }
    }

    /// @return after_ The expiry that follows.
    function _insert(Book storage book, uint256 first, uint256 expiry, uint256 past) private returns (uint256 after_) {
        book.anchors[first] = _withoutPast(book, first, book.anchors[first], past);
        uint256 place = first;
        uint256 length = 0;
        for (uint256 next = uint40(book.anchors[first]); next != 0; next = uint40(book.anchors[first | next])) {
            ++length;
            if (next < expiry) place = first | next;
        }
        if (length >= MAX_EXPIRIES) revert IStraddleExchange.ExpiriesFull(uint8(first >> 40));
        uint256 word = book.anchors[place];
        book.anchors[place] = (word >> 40 << 40) | expiry;
        return uint40(word);
    }

    /// @dev One that has come may have left the list before.
    function _remove(Book storage book, uint256 first, uint256 expiry, uint256 after_) private {
        uint256 place = first;
        uint256 word = book.anchors[place];
        while (uint40(word) != 0 && uint40(word) < expiry) {
            place = first | uint40(word);
            word = book.anchors[place];
        }
        if (uint40(word) == expiry) book.anchors[place] = (word >> 40 << 40) | after_;
    }

    function _read(Shown memory shown, uint256 word, uint256 position) private pure {
        uint256 key = word >> 72;
        (shown.price, shown.volatility) = (uint40(word), uint32(word >> 40));
        bool isSpot = uint40(key) == 0;
        if (key >> 44 != 0 || shown.price == 0 || isSpot != (shown.volatility == 0)) {
            revert IStraddleExchange.PriceOutOfRange(word);
        }
        if (position != 0 && key <= shown.key) revert IStraddleExchange.PricesNotIncreasing(position);
        if (isSpot) shown.spot = shown.price;
        else if (position == 0 || key >> 40 != shown.key >> 40) _miss(key >> 40 << 40);
        shown.key = key;
    }

    function _above(uint256 from, uint256 ratioPpm) private pure returns (uint256) {
        unchecked {
            return (from * ratioPpm + PPM - 1) / PPM;
        }
    }

    function _below(uint256 from, uint256 ratioPpm) private pure returns (uint256) {
        unchecked {
            return from * PPM / ratioPpm;
        }
    }

    function _least(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }
}
