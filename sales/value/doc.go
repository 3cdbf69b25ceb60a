// Package value works out what a solution is worth to a customer and what it costs.
//
// A pack.ValueModel holds variables with a range (low, likely, high), formulas over
// them, and yearly lines of benefits and costs. Compile reads its formulas once; a Model
// then answers, for the Inputs of one customer:
//
//   - Evaluate: benefits, costs and cash flow by year, NPV, IRR, payback, ROI, in one of
//     three scenarios (likely, cautious, hopeful);
//   - Tornado: what each variable alone does to the NPV;
//   - Simulate: how the NPV is spread when all variables vary at once;
//   - Workbook: the same model as a live XLSX, with formulas in place of values.
//
// Numbers go in and come out as lake cells: decimal text, and money with its currency
// ("52397.06 USD"), rounded once, at the end. Each result lists the variables that it
// rests on, and each variable says where its number comes from and who confirmed it.
//
// The package is pure: no clock, no store, no network. A Model may be used by several
// goroutines at once.
package value
