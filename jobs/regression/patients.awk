# Writes an invented table as a clinic might have it: texts, dates, blanks, a slip of the hand.
# The same on every machine: whole numbers below 2^53, and no function of the machine's own.
function uniform() {
    seed = seed * 16807 % 2147483647
    return seed / 2147483647
}
function whole(n) { return int(uniform() * n) }
function normal(sd,    i, sum) {
    for (i = 0; i < 12; i++)
        sum += uniform()
    return (sum - 6) * sd
}
BEGIN {
    seed = 20240229
    split("never never former current", smoking, " ")
    split("north south south island", ward, " ")
    effect["former"] = 2; effect["current"] = 5
    print "patient,visit,sex,smoking,ward,age,weight,height,pressure"
    for (i = 1; i <= 480; i++) {
        male = whole(2); age = 14 + whole(70); s = smoking[1 + whole(4)]; w = ward[1 + whole(4)]
        visit = sprintf("20%02d-%02d-%02d", 21 + whole(4), 1 + whole(12), 1 + whole(28))
        height = int(165 + 11 * male + normal(7)); bmi = 26 + normal(4)
        weight = sprintf("%.1f", bmi * height * height / 10000)
        pressure = int(100 + 0.4 * age + 0.6 * bmi + 4 * male + effect[s] + normal(9))
        if (whole(12) == 0)
            weight = ""
        if (whole(40) == 0)
            s = ""
        sex = i == 300 ? "m" : male ? "M" : "F"
        printf "P-%03d,%s,%s,%s,%s,%d,%s,%d,%d\n", i, visit, sex, s, w, age, weight, height, pressure
    }
}
