"""Reference fits of models/detect/negbin-regression: scipy root finding on the score equations and on Pearson's moment
equation, by alternation; no code shared with the project. Writes negbin-regression.json. Run: python3 tests/golden/negbin-regression.py"""
import json
import os
import numpy as np
import scipy
from scipy.optimize import brentq, root

rng = np.random.default_rng(20260101)


def fit(y, X, w, o, ridge, size):
    """size None: alternate with the Pearson moment equation, degrees of freedom sum(w) - p (ridge negligible)."""
    phi = 0.0 if size is None else 1 / size
    beta = np.zeros(X.shape[1])
    beta[0] = np.log(np.sum(w * y) / np.sum(w * np.exp(o)))
    for _ in range(400):
        def score(b):
            mu = np.exp(X @ b + o)
            return X.T @ (w * (y - mu) / (1 + phi * mu)) - ridge * b
        beta = root(score, beta, tol=1e-14).x
        mu = np.exp(X @ beta + o)
        if size is not None:
            break
        pearson = lambda f: np.sum(w * (y - mu) ** 2 / (mu + f * mu * mu)) - (np.sum(w) - X.shape[1])
        new = 0.0 if pearson(0) <= 0 else brentq(pearson, 0, 1e4, xtol=1e-15, rtol=1e-14)
        if abs(new - phi) < 1e-14:
            break
        phi = new
    info = X.T @ (X * (w * mu / (1 + phi * mu))[:, None]) + np.diag(ridge)
    return beta, phi, np.sqrt(np.diag(np.linalg.inv(info)))


cases = []
for name, n, level, true_size, size, weighted in [('dense', 200, 3.0, 5, None, False), ('weighted, with exposure', 150, 1.0, 3, None, True),
                                                  ('sparse, size known', 300, -1.5, 1, 2.0, False), ('Poisson', 120, 2.0, 1e9, np.inf, False)]:
    t = np.arange(n)
    X = np.column_stack([np.ones(n), (t % 7 >= 5) * 1.0, np.sin(2 * np.pi * t / 60), (t - n / 2) / 100])
    w = np.where(t % 11 == 0, 0.3, 1.0) if weighted else np.ones(n)
    o = np.log(1 + (t % 5) / 4) if weighted else np.zeros(n)
    mu = np.exp(X @ np.array([level, -0.4, 0.3, 0.2]) + o)
    y = rng.poisson(mu * rng.gamma(true_size, 1 / true_size, n)).astype(float)
    beta, phi, se = fit(y, X, w, o, np.full(4, 1e-8), size)
    cases.append(dict(name=name, counts=[int(v) for v in y], design=[float('%.17g' % v) for v in X.ravel()], weights=list(map(float, w)), offset=list(map(float, o)),
                      size=None if size is None else ('Infinity' if np.isinf(size) else size), coefficients=list(map(float, beta)), dispersion=float(phi), standardErrors=list(map(float, se))))
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'negbin-regression.json')
with open(path, 'w') as out:
    json.dump(dict(source='scipy %s, tests/golden/negbin-regression.py' % scipy.__version__, cases=cases), out, indent=0)
    out.write('\n')
