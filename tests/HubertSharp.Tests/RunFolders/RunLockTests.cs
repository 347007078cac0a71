using HubertSharp.Runs;
using HubertSharp.Runs.RunFolders;

namespace HubertSharp.Tests.RunFolders;

public class RunLockTests
{
    [Fact]
    public void A_folder_has_one_trainer_at_a_time()
    {
        using var folder = new TemporaryFolder();
        var path = RunFolder.Create(folder.At("run")).LockPath;
        using (RunLock.Take(path))
        {
            var message = Assert.Throws<UserException>(() => RunLock.Take(path)).Message;
            Assert.StartsWith($"{folder.At("run")}: another process trains in this run folder", message);
        }
        RunLock.Take(path).Dispose();
    }
}
