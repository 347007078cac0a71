using System.Text;
using HubertSharp.Dashboard.Curves;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Tests.Dashboard.Curves;

public class CurveTests
{
    [Fact]
    public void Thinning_keeps_the_ends_and_every_spike_and_makes_nothing_up()
    {
        var x = Enumerable.Range(0, 100_000).Select(i => (double)i).ToArray();
        var y = x.Select(v => (float)Math.Sin(v / 9000)).ToArray();
        y[43_210] = 50;
        y[77_777] = float.NaN;
        var thin = Downsampling.MinMax(x, y, 300);
        Assert.InRange(thin.X.Count, 300, 602);
        Assert.Equal((0, 99_999), (thin.X[0], thin.X[^1]));
        Assert.Equal(50, thin.Y[thin.X.ToList().IndexOf(43_210)]);
        Assert.All(thin.X.Zip(thin.Y), p => Assert.Equal(y[(int)p.First], p.Second));
        Assert.Equal(thin.X.Order().Distinct(), thin.X);
    }

    [Fact]
    public void A_short_curve_stays_as_it_is_but_for_what_is_missing()
    {
        var thin = Downsampling.MinMax([1, 2, 3, 4], [5, float.NaN, 7, float.PositiveInfinity], 100);
        Assert.Equal([1.0, 3.0], thin.X);
        Assert.Equal([5f, 7f], thin.Y);
    }

    [Fact]
    public void Updates_that_go_back_replace_what_was_there()
    {
        var table = new CurveTable();
        foreach (var update in new[] { 10, 20, 30, 40 })
            Assert.False(table.Add(Parse(SampleRuns.Line(update, update))));
        Assert.True(table.Add(Parse(SampleRuns.Line(20, 99))));
        var loss = table.Points("loss_m_0", 100)!;
        Assert.Equal([10.0, 20.0], loss.X);
        Assert.Equal([10f, 99f], loss.Y);
    }

    [Fact]
    public void Columns_are_what_the_page_draws_whatever_else_a_line_holds()
    {
        var table = new CurveTable();
        table.Add(Parse(
            $"{{\"num_updates\":1,\"loss_m_0\":6,"
            + $"{string.Join(',', Enumerable.Range(0, 500).Select(i => $"\"loss_m_0_x{i}\":1,\"junk{i}\":2"))}}}"));
        table.Add(Parse("{\"num_updates\":2,\"loss_m_0\":5,\"ups\":4}"));
        Assert.InRange(table.Columns.Count(), 3, 30);
        Assert.DoesNotContain(table.Columns, c => c.StartsWith("junk", StringComparison.Ordinal));
        Assert.Equal((2, 0.25f), (table.Points("step_s", 100)!.X[0], table.Points("step_s", 100)!.Y[0]));
        table.Add(Parse("{\"num_updates\":3,\"loss_m_0\":6,\"layer2_loss_m_0\":7,\"layer2_correct_m_0\":0.1}"));
        Assert.Equal([7f], table.Points("layer2_loss_m_0", 100)!.Y); // a middle layer's loss is drawn beside the whole one
    }

    [Fact]
    public void The_tail_gives_whole_lines_once_and_notices_a_cut_or_replaced_file()
    {
        using var folder = new TemporaryFolder();
        var (tail, lines, restarts) = (new MetricsTail(), new List<string>(), 0);
        var path = folder.Write("metrics.jsonl", "one\ntwo\nthr");
        List<string> Read()
        {
            lines.Clear();
            tail.Read(path, l => lines.Add(Encoding.UTF8.GetString(l)), () => restarts++);
            return lines;
        }

        Assert.Equal(["one", "two"], Read());
        File.AppendAllText(path, "ee\nfour\n");
        Assert.Equal(["three", "four"], Read());
        Assert.Empty(Read());
        Assert.Equal(0, restarts);
        File.WriteAllText(path, "one\nTWO\n");
        Assert.Equal(["one", "TWO"], Read());
        Assert.Equal(1, restarts);
        File.WriteAllText(path, "one\ntwo\n3\n4\n5\n6\n"); // longer than before, and not its continuation
        Assert.Equal(["one", "two", "3", "4", "5", "6"], Read());
        Assert.Equal(2, restarts);
    }

    [Fact]
    public void A_line_without_an_end_does_not_fill_the_memory()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("metrics.jsonl");
        File.WriteAllText(path, new string('x', 3_500_000) + "\n" + SampleRuns.Line(10, 5));
        var curves = new RunCurves(path, TimeProvider.System);
        Assert.Equal(new CurveCursor(1, 1, 0), curves.Refresh() with { Generation = 1 });
        Assert.Equal(1, curves.Slice(100, []).UnreadableLines);
    }

    [Fact]
    public void Only_what_is_new_goes_out_and_all_of_it_after_a_resume()
    {
        using var runs = new SampleRuns();
        var path = Path.Combine(runs.AddRun("a"), "metrics.jsonl");
        var curves = new RunCurves(path, TimeProvider.System);
        var cursor = curves.Refresh();
        Assert.Equal((60, 3), (cursor.TrainRows, cursor.ValidRows));
        File.AppendAllText(path, SampleRuns.Line(610, 4.5) + SampleRuns.Line(620, 4.4));
        curves.Refresh();
        var delta = curves.Since(cursor, 100, []);
        Assert.True(delta.IsDelta);
        Assert.Equal([610.0, 620.0], delta.Train["loss_m_0"].X);
        Assert.Empty(delta.Valid);
        var text = File.ReadAllLines(path)[..20];
        File.WriteAllText(path, string.Join('\n', text) + "\n" + SampleRuns.Line(400, 3));
        curves.Refresh();
        var whole = curves.Since(delta.Cursor, 100, []);
        Assert.False(whole.IsDelta);
        Assert.Equal(400, whole.Train["loss_m_0"].X[^1]);
    }

    [Fact]
    public void Damaged_lines_are_counted_and_break_nothing()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("metrics.jsonl",
            "\0\0\0\n{\"num_updates\":\n" + SampleRuns.Line(10, 6)
            + "[1,2]\n{}\nnull\n\n{\"tag\":\"train_inner\",\"loss_m_0\":\"NaN\",\"num_updates\":20}\n" + SampleRuns.Line(30, 5)
            + "{\"num_upd");
        var curves = new RunCurves(path, TimeProvider.System);
        curves.Refresh();
        var slice = curves.Slice(100, []);
        Assert.Equal([10.0, 30.0], slice.Train["loss_m_0"].X);
        Assert.Equal(4, slice.UnreadableLines);
    }

    [Fact]
    public void Four_hundred_thousand_lines_are_read_once_and_thinned_without_a_copy()
    {
        using var folder = new TemporaryFolder();
        var path = folder.At("metrics.jsonl");
        using (var file = new StreamWriter(path))
        {
            for (var update = 1; update <= 400_000; update++)
                file.Write($"{{\"tag\":\"train_inner\",\"loss_m_0\":{4 + (update % 7)},\"num_updates\":{update},\"ups\":2}}\n");
        }
        var curves = new RunCurves(path, TimeProvider.System);
        Assert.Equal(400_000, curves.Refresh().TrainRows);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.InRange(curves.Slice(600, []).Train["loss_m_0"].X.Count, 600, 1202);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20); // a column has 3 MB
    }

    private static MetricsLine Parse(string line) => MetricsLine.TryParse(Encoding.UTF8.GetBytes(line))!;
}
