using HubertSharp.Distributed;
using HubertSharp.Runs;
using HubertSharp.Tests.Training;

namespace HubertSharp.Tests.Distributed;

/// <summary>Two ranks that think they share a run folder; a real job of two folders is that of MpiTrainingTests.</summary>
public sealed class CommonFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Ranks_that_see_the_mark_of_their_job_share_its_folder_and_others_are_refused()
    {
        CommonFolder.Mark(_folder.FullName, job: 7);
        CommonFolder.Mark(_folder.FullName, job: 6); // another one writes there, too
        Assert.Equal([null, null], await Check(_folder.FullName, _folder.FullName, job: 7, TimeSpan.Zero));
        Assert.Equal([null, null], await Check(_folder.FullName, _folder.FullName, job: 6, TimeSpan.Zero));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.FullName));

        // of a job that left no mark; of a folder that is not there
        var machine = Environment.MachineName;
        var run = Path.GetDirectoryName(_folder.FullName);
        var both = await Check(_folder.FullName, _folder.FullName, job: 8, TimeSpan.Zero);
        Assert.All(both, said => Assert.StartsWith($"rank 0 on {machine}, rank 1 on {machine}: the run folder is not shared between the "
            + $"machines (expected that of rank 0 on {machine}, which writes it, found another one under the same path, {run}); ", said));
        CommonFolder.Mark(_folder.FullName, job: 7);
        both = await Check(_folder.FullName, _folder.At("elsewhere/ranks"), job: 7, TimeSpan.Zero);
        Assert.All(both, said => Assert.StartsWith($"rank 1 on {machine}: the run folder is not that of the other processes (expected "
            + $"{run}, as rank 0 on {machine} has it, which writes it, found {_folder.At("elsewhere")}); give all of them a folder", said));
    }

    [Fact]
    public async Task A_mark_that_comes_late_is_waited_for()
    {
        using var pair = new ToyReplicas.Pair();
        var second = new Thread(() => CommonFolder.Check(new ToyReplicas(1, pair), _folder.FullName, 9, Patience.Long))
        {
            IsBackground = true,
        };
        second.Start();
        Patience.Until(() => second.ThreadState.HasFlag(ThreadState.WaitSleepJoin), "a look that saw nothing");
        CommonFolder.Mark(_folder.FullName, 9);
        await Task.Run(() => CommonFolder.Check(new ToyReplicas(0, pair), _folder.FullName, 9, Patience.Long));
        Assert.True(second.Join(Patience.Long));
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<string?[]> Check(string first, string second, long job, TimeSpan patience)
    {
        using var pair = new ToyReplicas.Pair();
        return await Task.WhenAll(((string[])[first, second]).Select((folder, rank) => Task.Run(() =>
        {
            try
            {
                CommonFolder.Check(new ToyReplicas(rank, pair), folder, job, patience);
                return null;
            }
            catch (UserException e)
            {
                return e.Message;
            }
        })));
    }
}
