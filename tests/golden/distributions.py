"""Reference values of models/math: mpmath, 60 digits, sums of the probabilities themselves.
Writes distributions.json beside this file. Run: python3 tests/golden/distributions.py"""
import json
import os
import mpmath as mp

mp.mp.dps = 60


def pmf(k, m, r):
    if r is None:
        return mp.exp(k * mp.log(m) - m - mp.loggamma(k + 1)) if k or m else mp.mpf(1)
    return mp.exp(mp.loggamma(k + r) - mp.loggamma(r) - mp.loggamma(k + 1) + r * mp.log(r / (r + m)) + k * mp.log(m / (r + m)))


def tails(k, m, r):
    """P(X >= k) and P(X <= k): the finite sum below k; where one minus it has too few digits left, the sum from k on."""
    low, t = mp.mpf(0), pmf(0, m, r)
    step = (lambda j: m / (j + 1)) if r is None else (lambda j, p=m / (r + m): (j + r) * p / (j + 1))
    for j in range(k):
        low += t
        t *= step(j)
    if 1 - low > mp.mpf(10) ** -30:
        return 1 - low, low + t
    term, total, j = t, mp.mpf(0), k
    while term > total * mp.mpf(10) ** -30:
        total += term
        term *= step(j)
        j += 1
    return total, low + t


def text(x):
    return mp.nstr(x, 25)


cases = []
for m in ['0.001', '0.05', '0.5', '3', '50', '500']:
    for r in [None, '0.01', '0.3', '2', '17.5', '1000', '1e6', '1e9']:
        mm, rr = mp.mpf(m), None if r is None else mp.mpf(r)
        sd = mp.sqrt(mm + (0 if rr is None else mm * mm / rr))
        ks = sorted({1, 2, 3, 10, 40, int(mm / 2), int(mm), int(mm) + 1, int(mm + 2 * sd), int(mm + 6 * sd), int(mm + 30 * sd), 600} - {k for k in [int(mm + 30 * sd)] if k > 20000})
        for k in ks:
            if k < 1:
                continue
            above, below = tails(k, mm, rr)
            cases.append([m, r or 'Infinity', k, text(mp.log(pmf(k, mm, rr))), text(mp.log(above)), text(below)])

gammas = [[x, text(mp.loggamma(mp.mpf(x)))] for x in ['1e-8', '0.1', '0.5', '0.999', '1.5', '2.5', '7.25', '14.9', '15', '33.3', '170.5', '1e4', '1e6', '1e9']]
incomplete = [[a, x, text(mp.gammainc(mp.mpf(a), 0, mp.mpf(x), regularized=True)), text(mp.gammainc(mp.mpf(a), mp.mpf(x), mp.inf, regularized=True))]
              for a in ['0.1', '1', '2.5', '20', '300'] for x in ['0.01', '0.7', '3', '21', '280', '420']]
betas = [[a, b, x, text(mp.log(mp.betainc(mp.mpf(a), mp.mpf(b), 0, mp.mpf(x), regularized=True)))]
         for a in ['0.2', '1', '3', '40', '700'] for b in ['0.2', '1', '12.5', '300'] for x in ['0.0009765625', '0.25', '0.5', '0.875']]
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'distributions.json')
with open(path, 'w') as out:
    rows = lambda rows: '[\n' + ',\n'.join('    ' + json.dumps(r) for r in rows) + '\n  ]'
    out.write('{\n  "source": "mpmath %s, tests/golden/distributions.py",\n' % mp.__version__)
    out.write('  "counts": ' + rows(cases) + ',\n  "logGamma": ' + rows(gammas) + ',\n  "incompleteGamma": ' + rows(incomplete) + ',\n  "logIncompleteBeta": ' + rows(betas) + '\n}\n')
