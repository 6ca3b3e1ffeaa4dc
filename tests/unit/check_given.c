/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a job was given of a node, in trees of files as kernels show them. */
#include "scratch.h"

#include <stdarg.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/plan/devices.h"
#include "engine/plan/gpus.h"
#include "engine/plan/memory.h"

static const char *const variables[] = {
    "CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "SLURM_JOB_ID",
    "SLURM_STEP_GPUS",      "SLURM_JOB_GPUS",       "SLURM_GPUS_ON_NODE",  "SLURM_GPUS_PER_NODE",
    "SLURM_GPUS",           "SLURM_MEM_PER_NODE",   "SLURM_MEM_PER_CPU",   "SLURM_MEM_PER_GPU",
    "SLURM_CPUS_ON_NODE",   "SLURM_GPUS_PER_TASK",  "SLURM_GPU_BIND",
};

static void forget(void)
{
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++)
        unsetenv(variables[i]);
}

static void begin(void)
{
    struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};

    setrlimit(RLIMIT_AS, &none);
    forget();
    set_up();
}

/* Writes a file of the tree, with the directories above it. */
__attribute__((format(printf, 2, 3))) static void put(const char *text, const char *format, ...)
{
    char path[500];
    va_list ap;

    va_start(ap, format);
    vsnprintf(path, sizeof path, format, ap);
    va_end(ap);
    for (char *p = path; (p = strchr(p + 1, '/')); *p = '/') {
        *p = '\0';
        mkdir(path, 0755);
    }
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
}

static void put_pci(int i, const char *class, const char *vendor)
{
    put(class, "sys/bus/pci/devices/0000:%02x:00.0/class", i);
    put(vendor, "sys/bus/pci/devices/0000:%02x:00.0/vendor", i);
}

START_TEST(version_2_has_limits_at_any_height)
{
    ck_assert(memory_given(dir) == UINT64_MAX);
    put("0::/system.slice/slurmstepd.scope/job_7/step_0/user/task_0\n", "proc/self/cgroup");
    ck_assert(memory_given(dir) == UINT64_MAX);
    put("max\n", "sys/fs/cgroup/system.slice/slurmstepd.scope/job_7/step_0/user/task_0/memory.max");
    ck_assert(memory_given(dir) == UINT64_MAX);
    put("4294967296\n", "sys/fs/cgroup/system.slice/slurmstepd.scope/job_7/memory.max");
    ck_assert_uint_eq(memory_given(dir), UINT64_C(4) << 30);
    put("8589934592\n", "sys/fs/cgroup/system.slice/memory.max");
    ck_assert_uint_eq(memory_given(dir), UINT64_C(4) << 30);
    put("1073741824\n", "sys/fs/cgroup/system.slice/slurmstepd.scope/job_7/step_0/memory.max");
    ck_assert_uint_eq(memory_given(dir), UINT64_C(1) << 30);
    put("2097152\n", "sys/fs/cgroup/memory.max"); /* a container's own group is its root */
    ck_assert_uint_eq(memory_given(dir), 2 << 20);
    put("0::/../../elsewhere\n", "proc/self/cgroup");
    ck_assert_uint_eq(memory_given(dir), 2 << 20);
}
END_TEST

START_TEST(version_1_has_a_tree_for_memory)
{
    put("9:name=systemd:/\n5:cpu,cpuacct:/slurm\n4:memory:/slurm/uid_0/job_7/step_0\n0::/\n",
        "proc/self/cgroup");
    put("9223372036854771712\n",
        "sys/fs/cgroup/memory/slurm/uid_0/job_7/step_0/memory.limit_in_bytes");
    ck_assert(memory_given(dir) > UINT64_C(1) << 60);
    put("536870912\n", "sys/fs/cgroup/memory/slurm/uid_0/job_7/memory.limit_in_bytes");
    ck_assert_uint_eq(memory_given(dir), 512 << 20);
    put("1\n", "sys/fs/cgroup/memory/slurm/uid_0/job_8/memory.limit_in_bytes");
    ck_assert_uint_eq(memory_given(dir), 512 << 20);
    put("4:cpu,memory,pids:/slurm/uid_0/job_8\n", "proc/self/cgroup");
    ck_assert_uint_eq(memory_given(dir), 1);
    put("4:mymemory:/slurm/uid_0/job_8\nnonsense\n:\n", "proc/self/cgroup");
    ck_assert(memory_given(dir) == UINT64_MAX);
}
END_TEST

START_TEST(slurm_says_what_memory_there_is)
{
    setenv("SLURM_MEM_PER_NODE", "1024", 1);
    ck_assert(memory_given(dir) == UINT64_MAX); /* outside a job */
    setenv("SLURM_JOB_ID", "7", 1);
    ck_assert_uint_eq(memory_given(dir), UINT64_C(1) << 30);
    setenv("SLURM_MEM_PER_NODE", "0", 1); /* all of it */
    ck_assert(memory_given(dir) == UINT64_MAX);
    unsetenv("SLURM_MEM_PER_NODE");
    setenv("SLURM_MEM_PER_CPU", "100", 1);
    ck_assert(memory_given(dir) == UINT64_MAX);
    setenv("SLURM_CPUS_ON_NODE", "4", 1);
    ck_assert_uint_eq(memory_given(dir), 400 << 20);
    unsetenv("SLURM_MEM_PER_CPU");
    setenv("SLURM_MEM_PER_GPU", "300", 1);
    setenv("SLURM_GPUS_ON_NODE", "2", 1);
    ck_assert_uint_eq(memory_given(dir), 600 << 20);
    put("0::/\n", "proc/self/cgroup");
    put("1048576\n", "sys/fs/cgroup/memory.max");
    ck_assert_uint_eq(memory_given(dir), 1 << 20);
}
END_TEST

START_TEST(devices_are_found_without_hwloc)
{
    ck_assert_int_eq(gpus_given(dir), 0);
    put_pci(1, "0x030000\n", "0x1a03\n"); /* a management controller's */
    put_pci(2, "0x020000\n", "0x8086\n"); /* a network adapter */
    put_pci(3, "0x060000\n", "0x10de\n");
    ck_assert_int_eq(gpus_given(dir), 0);
    put_pci(4, "0x030200\n", "0x10de\n");
    put_pci(5, "0x030000\n", "0x10de\n");
    ck_assert_int_eq(gpus_given(dir), 2);
    put("", "dev/nvidiactl");
    put("", "dev/nvidia-uvm");
    put("", "dev/nvidia-caps/nvidia-cap1");
    ck_assert_int_eq(gpus_given(dir), 2);
    put("", "dev/nvidia3"); /* the one that a container was given */
    ck_assert_int_eq(gpus_given(dir), 1);
    put_pci(6, "0x038000\n", "0x1002\n");
    ck_assert_int_eq(gpus_given(dir), 2);
    put("", "dev/kfd");
    ck_assert_int_eq(gpus_given(dir), 2);
    put("0\n", "sys/class/kfd/kfd/topology/nodes/0/gpu_id"); /* the processor */
    put("51234\n", "sys/class/kfd/kfd/topology/nodes/1/gpu_id");
    put("4711\n", "sys/class/kfd/kfd/topology/nodes/2/gpu_id");
    ck_assert_int_eq(gpus_given(dir), 3);
    put_pci(7, "0x030000\n", "0x8086\n");
    ck_assert_int_eq(gpus_given(dir), 4);
}
END_TEST

START_TEST(kfd_alone_is_a_device)
{
    put("", "dev/kfd");
    ck_assert_int_eq(gpus_given(dir), 1);
    put_pci(1, "0x120000\n", "0x1002\n"); /* a processing accelerator */
    put_pci(2, "0x120000\n", "0x1002\n");
    ck_assert_int_eq(gpus_given(dir), 2);
}
END_TEST

/* With that value of a variable, four NVIDIA and two AMD devices come down to so many. */
static void expect(const char *variable, const char *value, int64_t count)
{
    forget();
    setenv("SLURM_JOB_ID", "7", 1);
    setenv(variable, value, 1);
    ck_assert_msg(gpus_given(dir) == count, "%s=%s: %lld, expected %lld", variable, value,
                  (long long)gpus_given(dir), (long long)count);
}

START_TEST(a_job_has_what_it_was_given)
{
    for (int i = 0; i < 4; i++)
        put("", "dev/nvidia%d", i);
    for (int i = 0; i < 2; i++)
        put_pci(i, "0x038000\n", "0x1002\n");
    ck_assert_int_eq(gpus_given(dir), 6);
    expect("CUDA_VISIBLE_DEVICES", "0", 3);
    expect("CUDA_VISIBLE_DEVICES", "0,3", 4);
    expect("CUDA_VISIBLE_DEVICES", "", 2);
    expect("CUDA_VISIBLE_DEVICES", "-1", 2);
    expect("CUDA_VISIBLE_DEVICES", "NoDevFiles", 2);
    expect("CUDA_VISIBLE_DEVICES", "0,-1,2", 3);
    expect("CUDA_VISIBLE_DEVICES", "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6", 3);
    expect("CUDA_VISIBLE_DEVICES", "MIG-a,MIG-b,MIG-c,MIG-d,MIG-e", 7);
    expect("CUDA_VISIBLE_DEVICES", "0,1,2,3,4,5,6,7", 6);
    expect("ROCR_VISIBLE_DEVICES", "1", 5);
    expect("ROCR_VISIBLE_DEVICES", "", 4);
    expect("HIP_VISIBLE_DEVICES", "0", 5);
    expect("SLURM_STEP_GPUS", "0", 1);
    expect("SLURM_STEP_GPUS", "0,2-3", 3);
    expect("SLURM_STEP_GPUS", "nonsense", 6);
    expect("SLURM_JOB_GPUS", "1,3", 2);
    expect("SLURM_GPUS_ON_NODE", "2", 2);
    expect("SLURM_GPUS_ON_NODE", "0", 0);
    expect("SLURM_GPUS_PER_NODE", "h100:3", 3);
    expect("SLURM_GPUS_PER_NODE", "a:1,b:1", 2);
    expect("SLURM_GPUS", "100", 6); /* of all nodes */
    expect("SLURM_GPUS", "gpu:h100:1", 1);
    expect("SLURM_GPUS", "many", 6);
    unsetenv("SLURM_JOB_ID");
    setenv("SLURM_GPUS", "1", 1);
    ck_assert_int_eq(gpus_given(dir), 6);
}
END_TEST

/* Nobody can be given what is not there. */
START_TEST(variables_make_no_device)
{
    expect("CUDA_VISIBLE_DEVICES", "0,1", 0);
    expect("ROCR_VISIBLE_DEVICES", "0", 0);
    expect("SLURM_GPUS_ON_NODE", "1", 0);
}
END_TEST

/* Four GPUs of NVIDIA, two on each of two sockets of four processors. */
static void put_node(bool uuids)
{
    for (int i = 0; i < 4; i++) {
        char text[200];
        snprintf(text, sizeof text, "Model: \t\t Test\nGPU UUID: \t %s%d\nDevice Minor: \t %d\n",
                 uuids ? "GPU-8932f937-" : "GPU-none-", i, i);
        put(text, "proc/driver/nvidia/gpus/0000:%02x:00.0/information", 16 * i + 1);
        put(i < 2 ? "0-3\n" : "4,5-7\n", "sys/bus/pci/devices/0000:%02x:00.0/local_cpulist",
            16 * i + 1);
        put("", "dev/nvidia%d", i);
    }
}

/* The names of what is seen. */
static const char *seen(struct devices *d)
{
    static char text[400];

    devices_see(dir, d);
    text[0] = '\0';
    for (size_t i = 0; i < d->count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? "," : "",
                 d->list[i].name);
    return text;
}

START_TEST(devices_have_names_and_places)
{
    struct devices d;

    ck_assert_str_eq(seen(&d), "");
    put_node(false);
    ck_assert_str_eq(seen(&d), "0,1,2,3");
    put_node(true);
    ck_assert_str_eq(seen(&d), "GPU-8932f937-0,GPU-8932f937-1,GPU-8932f937-2,GPU-8932f937-3");
    ck_assert(d.list[1].cpus[0] == 0x0f && d.list[2].cpus[0] == 0xf0 && !d.divided);
    setenv("CUDA_VISIBLE_DEVICES", "3,1", 1);
    ck_assert_str_eq(seen(&d), "3,1");
    ck_assert(d.list[0].cpus[0] == 0xf0 && d.list[1].cpus[0] == 0x0f);
    setenv("CUDA_VISIBLE_DEVICES", "GPU-8932f937-2,MIG-x,9,none,0", 1);
    ck_assert_str_eq(seen(&d), "GPU-8932f937-2,MIG-x");
    ck_assert(d.list[0].cpus[0] == 0xf0 && d.list[1].cpus[0] == 0);
    setenv("CUDA_VISIBLE_DEVICES", "", 1);
    ck_assert_str_eq(seen(&d), "");
    forget();
    setenv("SLURM_JOB_ID", "7", 1);
    setenv("SLURM_STEP_GPUS", "0,2-3", 1);
    ck_assert_str_eq(seen(&d), "0,2,3");
    unsetenv("SLURM_STEP_GPUS");
    setenv("SLURM_GPUS_ON_NODE", "2", 1);
    ck_assert_str_eq(seen(&d), "GPU-8932f937-0,GPU-8932f937-1");
    setenv("SLURM_GPUS_PER_TASK", "1", 1);
    seen(&d);
    ck_assert(d.divided);
    unsetenv("SLURM_GPUS_PER_TASK");
    forget();
    ck_assert_int_eq(unlink("dev/nvidia1"), 0); /* this container has three of them */
    ck_assert_str_eq(seen(&d), "GPU-8932f937-0,GPU-8932f937-2,GPU-8932f937-3");
}
END_TEST

START_TEST(devices_of_amd_are_in_its_order)
{
    struct devices d;
    bool own[DEVICES_MOST] = {[1] = true};

    for (int i = 0; i < 4; i++) {
        put(i == 1 ? "0\n" : "4711\n", "sys/class/kfd/kfd/topology/nodes/%d/gpu_id",
            i == 3 ? 10 : i);
        put(i == 2 ? "simd_count 1\ndomain 0\nlocation_id 768\n" : "location_id 0\n",
            "sys/class/kfd/kfd/topology/nodes/%d/properties", i == 3 ? 10 : i);
    }
    put("", "dev/kfd");
    put("8-9\n", "sys/bus/pci/devices/0000:03:00.0/local_cpulist");
    ck_assert_str_eq(seen(&d), "0,1,2");
    ck_assert(d.list[0].cpus[0] == 0 && d.list[1].cpus[0] == 0x300);
    setenv("ROCR_VISIBLE_DEVICES", "2,1", 1);
    setenv("HIP_VISIBLE_DEVICES", "1", 1);
    ck_assert_str_eq(seen(&d), "1");
    unsetenv("ROCR_VISIBLE_DEVICES");
    setenv("HIP_VISIBLE_DEVICES", "0,2", 1);
    ck_assert_str_eq(seen(&d), "0,2");
    devices_take(&d, own);
    ck_assert_str_eq(getenv("ROCR_VISIBLE_DEVICES"), "2");
    ck_assert(!getenv("HIP_VISIBLE_DEVICES") && !getenv("CUDA_VISIBLE_DEVICES"));
    ck_assert_str_eq(seen(&d), "2");
}
END_TEST

/* What each of count slaves gets of the four devices: their numbers, "-" for none. Slaves are
 * bound to one processor each if step is not 0, this many apart. */
static const char *divided(size_t count, double asked, size_t step)
{
    static char text[200];
    struct devices_slave slaves[16] = {0};
    struct devices d;

    devices_see(dir, &d);
    ck_assert_uint_eq(d.count, 4);
    for (size_t k = 0; k < count; k++)
        slaves[k].cpus[0] = step ? (uint64_t)1 << k * step : 0xff;
    devices_divide(&d, slaves, count, asked);
    text[0] = '\0';
    for (size_t k = 0; k < count; k++) {
        strcat(text, k ? " " : "");
        if (!slaves[k].has)
            strcat(text, "-");
        for (size_t i = 0; i < d.count; i++)
            if (slaves[k].own[i])
                snprintf(text + strlen(text), 4, "%u", (unsigned)i % 100);
    }
    return text;
}

START_TEST(each_slave_has_devices_of_its_own)
{
    put_node(true);
    ck_assert_str_eq(divided(2, 1, 0), "0 1");
    ck_assert_str_eq(divided(2, 1, 4), "0 2"); /* near their processors */
    ck_assert_str_eq(divided(2, 2, 4), "01 23");
    ck_assert_str_eq(divided(2, 4, 4), "0123 -");
    ck_assert_str_eq(divided(4, 1, 2), "0 1 2 3");
    ck_assert_str_eq(divided(4, 2, 2), "01 - 23 -");
    ck_assert_str_eq(divided(4, 2, 0), "01 23 - -");
    ck_assert_str_eq(divided(8, 1, 1), "0 1 - - 2 3 - -");
    ck_assert_str_eq(divided(8, 0.5, 1), "0 1 0 1 2 3 2 3");
    ck_assert_str_eq(divided(4, 0.5, 2), "0 1 2 3"); /* none is shared without need */
    ck_assert_str_eq(divided(9, 0.5, 0), "0 1 2 3 0 1 2 3 -");
    ck_assert_str_eq(divided(12, 0.333, 0), "0 1 2 3 0 1 2 3 0 1 2 3");
    ck_assert_str_eq(divided(4, 1, 1), "0 1 2 3"); /* the near ones are used up */
    ck_assert_str_eq(divided(1, 5, 0), "-");
}
END_TEST

/* Who may run anywhere leaves the near ones to those who may not. */
START_TEST(who_is_bound_chooses_first)
{
    struct devices_slave slaves[2] = {{.cpus = {0xff}}, {.cpus = {0x01}}};
    struct devices d;

    put_node(true);
    setenv("CUDA_VISIBLE_DEVICES", "0,2", 1);
    devices_see(dir, &d);
    devices_divide(&d, slaves, 2, 1);
    ck_assert(slaves[0].has && !slaves[0].own[0] && slaves[0].own[1]);
    ck_assert(slaves[1].has && slaves[1].own[0] && !slaves[1].own[1]);
    devices_take(&d, slaves[0].own);
    ck_assert_str_eq(getenv("CUDA_VISIBLE_DEVICES"), "2");
    ck_assert(!getenv("ROCR_VISIBLE_DEVICES"));
}
END_TEST

/* The files of the devices that this process has been given. */
static const char *files(void)
{
    static char text[2000];
    struct buf b = {0};

    devices_files(dir, &b);
    text[0] = '\0';
    for (size_t i = 0; i < b.len; i += strlen(b.data + i) + 1) {
        ck_assert(strncmp(b.data + i, "/dev/", 5) == 0);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? " " : "",
                 b.data + i + 5);
    }
    buf_free(&b);
    return text;
}

#define COMMON "nvidiactl nvidia-uvm nvidia-uvm-tools nvidia-modeset"

START_TEST(devices_have_files)
{
    put_node(true);
    ck_assert_str_eq(files(), ""); /* nobody has given any */
    setenv("CUDA_VISIBLE_DEVICES", "", 1);
    ck_assert_str_eq(files(), "");
    setenv("CUDA_VISIBLE_DEVICES", "2", 1);
    ck_assert_str_eq(files(), "nvidia2 " COMMON);
    setenv("CUDA_VISIBLE_DEVICES", "GPU-8932f937-3,GPU-8932f937-1", 1);
    ck_assert_str_eq(files(), "nvidia1 nvidia3 " COMMON);
    setenv("CUDA_VISIBLE_DEVICES", "MIG-1", 1); /* nobody says of which */
    ck_assert_str_eq(files(), "nvidia0 nvidia1 nvidia2 nvidia3 " COMMON " nvidia-caps");
    setenv("CUDA_VISIBLE_DEVICES", "9", 1);
    ck_assert_str_eq(files(), "");
    setenv("CUDA_VISIBLE_DEVICES", "../../etc,0", 1);
    ck_assert_str_eq(files(), "");
    put("Device Minor: \t 0/../../etc\n", "proc/driver/nvidia/gpus/0000:01:00.0/information");
    setenv("CUDA_VISIBLE_DEVICES", "0,1", 1);
    ck_assert_msg(!strstr(files(), "etc"), "%s", files());
}
END_TEST

START_TEST(devices_of_amd_have_files)
{
    put("4711\n", "sys/class/kfd/kfd/topology/nodes/1/gpu_id");
    put("location_id 768\ndrm_render_minor 129\n", "sys/class/kfd/kfd/topology/nodes/1/properties");
    put("", "dev/kfd");
    ck_assert_str_eq(files(), "");
    setenv("ROCR_VISIBLE_DEVICES", "0", 1);
    ck_assert_str_eq(files(), "dri/renderD129 kfd");
}
END_TEST

static void add(TCase *t)
{
    tcase_add_checked_fixture(t, begin, tear_down);
    tcase_add_test(t, version_2_has_limits_at_any_height);
    tcase_add_test(t, version_1_has_a_tree_for_memory);
    tcase_add_test(t, slurm_says_what_memory_there_is);
    tcase_add_test(t, devices_are_found_without_hwloc);
    tcase_add_test(t, kfd_alone_is_a_device);
    tcase_add_test(t, a_job_has_what_it_was_given);
    tcase_add_test(t, variables_make_no_device);
    tcase_add_test(t, devices_have_names_and_places);
    tcase_add_test(t, devices_of_amd_are_in_its_order);
    tcase_add_test(t, each_slave_has_devices_of_its_own);
    tcase_add_test(t, who_is_bound_chooses_first);
    tcase_add_test(t, devices_have_files);
    tcase_add_test(t, devices_of_amd_have_files);
}

UNIT_MAIN("given", add)
