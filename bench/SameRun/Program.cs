namespace HubertSharp.Bench.SameRun;

/// <summary>
/// The two halves of <c>bench/same-run.sh</c>: <c>train OUT</c> walks through the trainings with the <c>hubert.dll</c> beside this
/// program; <c>compare OLD NEW</c> lays two such folders side by side, prints the table, and ends with 1 when anything differs.
/// </summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        switch (args)
        {
            case ["train", var data, var output]:
                MadeCorpus.Write(data);
                new TrainingRunner(data, output).RunAll();
                return 0;
            case ["compare", var before, var after]:
                return RunComparison.Print(before, after, Training.All, Console.Out) ? 0 : 1;
            default:
                Console.Error.WriteLine(
                    "usage: SameRun train DATA OUT | SameRun compare OLD NEW (bench/same-run.sh OLD NEW does all of it)");
                return 2;
        }
    }
}
